package dev.jarbor.api.jsonpath;

import dev.jarbor.api.jsonpath.JsonPath.Step;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a path character by character. */
final class JsonPathParser {
    private static final int MOST_STEPS = 1000;

    private final String text;
    private final List<Step> steps = new ArrayList<>();
    private int at;

    JsonPathParser(String text) {
        boolean braced = text.startsWith("{") && text.endsWith("}") && text.length() > 1;
        this.text = braced ? text.substring(1, text.length() - 1).strip() : text;
    }

    List<Step> steps() {
        if (peek() == '$' || peek() == '@') {
            at++;
        }
        while (at < text.length()) {
            if (steps.size() > MOST_STEPS) {
                throw new InvalidJsonPathException("the path has more than " + MOST_STEPS + " steps");
            }
            switch (peek()) {
                case '.' -> dot();
                case '[' -> bracket();
                default -> {
                    if (at > 0) {
                        throw unexpected();
                    }
                    name();
                }
            }
        }
        return steps;
    }

    private void dot() {
        at++;
        if (peek() == '.') {
            at++;
            steps.add(new Step.Descent());
            if (peek() == '[' || at == text.length()) {
                return;
            }
        }
        if (at == text.length() || peek() == '[') {
            // the root itself, or a bracket after a dot
            return;
        }
        name();
    }

    private void name() {
        if (peek() == '*') {
            at++;
            steps.add(new Step.Wildcard());
            return;
        }
        var name = new StringBuilder();
        while (at < text.length() && ".[".indexOf(peek()) < 0) {
            char letter = text.charAt(at++);
            if (letter == '\\' && at < text.length()) {
                letter = text.charAt(at++);
            } else if (" ()]{}'\"".indexOf(letter) >= 0) {
                at--;
                throw unexpected();
            }
            name.append(letter);
        }
        if (name.isEmpty()) {
            throw unexpected();
        }
        steps.add(new Step.Field(name.toString()));
    }

    private void bracket() {
        int end = end();
        String inside = text.substring(at + 1, end).strip();
        at = end + 1;
        steps.add(inside(inside));
    }

    /** Where the bracket that opens here closes, past brackets and quotes within. */
    private int end() {
        int depth = 0;
        char quote = 0;
        for (int i = at; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (quote != 0) {
                if (letter == '\\') {
                    i++;
                } else if (letter == quote) {
                    quote = 0;
                }
            } else if (letter == '\'' || letter == '"') {
                quote = letter;
            } else if (letter == '[') {
                depth++;
            } else if (letter == ']' && --depth == 0) {
                return i;
            }
        }
        throw new InvalidJsonPathException("unterminated array");
    }

    private static Step inside(String inside) {
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            return new Step.Where(filter(inside.substring(2, inside.length() - 1)));
        }
        List<String> parts = split(inside, ',');
        if (parts.size() > 1) {
            return new Step.Union(parts.stream()
                    .map(String::strip)
                    .map(JsonPathParser::inside)
                    .toList());
        }
        if (inside.equals("*")) {
            return new Step.Wildcard();
        }
        if (isQuoted(inside)) {
            return new Step.Field(unquoted(inside));
        }
        List<String> ends = split(inside, ':');
        if (ends.size() > 1 && ends.size() <= 3) {
            int every = ends.size() == 3 && !ends.get(2).isEmpty() ? whole(ends.get(2)) : 1;
            return new Step.Slice(end(ends.get(0)), end(ends.get(1)), every);
        }
        return new Step.Index(whole(inside));
    }

    private static Optional<Integer> end(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(whole(text));
    }

    private static int whole(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException malformed) {
            throw new InvalidJsonPathException("invalid array index " + text);
        }
    }

    private static Filter filter(String text) {
        for (String comparison : List.of("==", "!=", "<=", ">=", "<", ">")) {
            int place = find(text, comparison);
            if (place > 0) {
                return new Filter(
                        operand(text.substring(0, place).strip()),
                        comparison,
                        operand(text.substring(place + comparison.length()).strip()));
            }
        }
        return new Filter(operand(text.strip()), "", new Filter.Operand.Literal(Value.of(true)));
    }

    private static Filter.Operand operand(String text) {
        if (text.startsWith("@") || text.startsWith("$") || text.startsWith(".")) {
            return new Filter.Operand.At(JsonPath.parse(text));
        }
        if (isQuoted(text)) {
            return new Filter.Operand.Literal(Value.of(unquoted(text)));
        }
        if (text.equals("true") || text.equals("false")) {
            return new Filter.Operand.Literal(Value.of(text.equals("true")));
        }
        try {
            return new Filter.Operand.Literal(
                    text.indexOf('.') < 0 ? Value.of(Long.parseLong(text)) : Value.of(Double.parseDouble(text)));
        } catch (NumberFormatException neither) {
            throw new InvalidJsonPathException("unrecognized identifier " + text);
        }
    }

    private static boolean isQuoted(String text) {
        return text.length() > 1
                && (text.charAt(0) == '\'' || text.charAt(0) == '"')
                && text.charAt(text.length() - 1) == text.charAt(0);
    }

    private static String unquoted(String text) {
        var plain = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            char letter = text.charAt(i);
            if (letter == '\\' && i + 2 < text.length()) {
                letter = text.charAt(++i);
            }
            plain.append(letter);
        }
        return plain.toString();
    }

    private static int find(String text, String wanted) {
        char quote = 0;
        for (int i = 0; i + wanted.length() <= text.length(); i++) {
            char letter = text.charAt(i);
            if (quote != 0) {
                quote = letter == quote ? 0 : quote;
            } else if (letter == '\'' || letter == '"') {
                quote = letter;
            } else if (text.startsWith(wanted, i)) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        String rest = text;
        int place = find(rest, String.valueOf(separator));
        while (place >= 0) {
            parts.add(rest.substring(0, place));
            rest = rest.substring(place + 1);
            place = find(rest, String.valueOf(separator));
        }
        parts.add(rest);
        return parts;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private InvalidJsonPathException unexpected() {
        return new InvalidJsonPathException("unrecognized character in action: U+%04X '%s'"
                .formatted((int) peek(), peek() == 0 ? "" : String.valueOf(peek())));
    }
}
