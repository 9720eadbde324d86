package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.STRING;
import static dev.jarbor.cel.library.Types.STRINGS;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.jarbor.cel.value.CelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Regular expressions in RE2's syntax and time, which is linear in the text: {@code matches}, {@code find}, {@code
 * findAll}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-regex-library">regex library</a>
 */
public final class Patterns {
    /** RE2's bound on how often a part is repeated, all enclosing repetitions multiplied. */
    private static final long MOST_REPEATS = 1000;

    private static final int LONGEST_PATTERN = 64 * 1024;

    private Patterns() {}

    static List<Definition> definitions() {
        return List.of(
                Definition.standard(
                        "matches",
                        (a, meter) -> compile(Arguments.text(a, 1))
                                .matcher(Arguments.text(a, 0))
                                .find()),
                Definition.of("find", (a, meter) -> find(Arguments.text(a, 0), Arguments.text(a, 1)))
                        .member("string_find_string", STRING, STRING, STRING)
                        .build(),
                Definition.of(
                                "findAll",
                                (a, meter) -> findAll(
                                        Arguments.text(a, 0),
                                        Arguments.text(a, 1),
                                        a.length > 2 ? Arguments.integer(a, 2) : -1))
                        .member("string_find_all_string", STRINGS, STRING, STRING)
                        .member("string_find_all_string_int", STRINGS, STRING, STRING, INT)
                        .build());
    }

    private static String find(String text, String pattern) {
        Matcher matcher = compile(pattern).matcher(text);
        return matcher.find() ? matcher.group() : "";
    }

    private static List<String> findAll(String text, String pattern, int most) {
        var found = new ArrayList<String>();
        Matcher matcher = compile(pattern).matcher(text);
        while ((most < 0 || found.size() < most) && matcher.find()) {
            found.add(matcher.group());
        }
        return List.copyOf(found);
    }

    /** Why {@code pattern} is none, in Go's words; "" where it is one. */
    public static String fault(String pattern) {
        try {
            parse(pattern);
            return "";
        } catch (PatternSyntaxException e) {
            return "error parsing regexp: " + e.getDescription()
                    + (e.getPattern() == null || e.getPattern().isEmpty() ? "" : ": `" + e.getPattern() + "`");
        }
    }

    private static Pattern compile(String pattern) {
        try {
            return parse(pattern);
        } catch (PatternSyntaxException e) {
            throw new CelException("Illegal regex: " + fault(pattern));
        }
    }

    private static Pattern parse(String pattern) {
        if (pattern.length() > LONGEST_PATTERN) {
            throw new PatternSyntaxException("expression too large");
        }
        if (repeats(pattern) > MOST_REPEATS) {
            throw new PatternSyntaxException("invalid repeat count");
        }
        return Pattern.compile(pattern);
    }

    /**
     * How often the most repeated part of a pattern is repeated: the counts of nested repetitions multiplied. The library
     * checks each count alone and would unroll {@code ((a{1000}){1000}){1000}}.
     */
    private static long repeats(String pattern) {
        var groups = new ArrayDeque<Long>();
        long largest = 1;
        long here = 1;
        long last = 1;
        for (int i = 0; i < pattern.length(); i++) {
            switch (pattern.charAt(i)) {
                case '\\' -> {
                    i++;
                    last = 1;
                }
                case '(' -> {
                    groups.push(here);
                    here = 1;
                    last = 1;
                }
                case ')' -> {
                    last = here;
                    here = groups.isEmpty() ? here : Math.max(groups.pop(), last);
                }
                case '{' -> {
                    OptionalInt count = count(pattern, i);
                    if (count.isPresent()) {
                        last = Math.min(1L << 40, last * Math.max(1, count.getAsInt()));
                        here = Math.max(here, last);
                        largest = Math.max(largest, here);
                    }
                }
                default -> last = 1;
            }
        }
        return largest;
    }

    private static OptionalInt count(String pattern, int open) {
        int close = pattern.indexOf('}', open);
        if (close < 0 || close - open > 12) {
            return OptionalInt.empty();
        }
        int most = 0;
        for (String bound : pattern.substring(open + 1, close).split(",", 2)) {
            if (!bound.chars().allMatch(sign -> sign >= '0' && sign <= '9')) {
                return OptionalInt.empty();
            }
            most = Math.max(most, bound.isEmpty() || bound.length() > 6 ? 0 : Integer.parseInt(bound));
        }
        return OptionalInt.of(most);
    }
}
