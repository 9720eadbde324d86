package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.DYN;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.STRING;
import static dev.jarbor.cel.library.Types.STRINGS;

import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Functions of strings: CEL's own and its strings extension, version 2. Positions count code points.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries">ext.Strings,
 *     version 2</a>
 */
final class Strings {
    private Strings() {}

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.standard(
                "contains", (a, meter) -> Arguments.text(a, 0).contains(Arguments.text(a, 1))));
        all.add(Definition.standard(
                "startsWith", (a, meter) -> Arguments.text(a, 0).startsWith(Arguments.text(a, 1))));
        all.add(Definition.standard(
                "endsWith", (a, meter) -> Arguments.text(a, 0).endsWith(Arguments.text(a, 1))));
        all.add(Definition.of("charAt", (a, meter) -> charAt(Arguments.text(a, 0), Arguments.integer(a, 1)))
                .member("string_char_at_int", STRING, STRING, INT)
                .build());
        all.add(Definition.of("indexOf", String.class, (a, meter) -> indexOf(a))
                .member("string_index_of_string", INT, STRING, STRING)
                .member("string_index_of_string_int", INT, STRING, STRING, INT)
                .build());
        all.add(Definition.of("lastIndexOf", String.class, (a, meter) -> lastIndexOf(a))
                .member("string_last_index_of_string", INT, STRING, STRING)
                .member("string_last_index_of_string_int", INT, STRING, STRING, INT)
                .build());
        all.add(Definition.of("join", (a, meter) -> join(a, meter))
                .member("list_join", STRING, STRINGS)
                .member("list_join_string", STRING, STRINGS, STRING)
                .build());
        all.add(Definition.of("lowerAscii", (a, meter) -> lower(Arguments.text(a, 0)))
                .member("string_lower_ascii", STRING, STRING)
                .build());
        all.add(Definition.of("upperAscii", (a, meter) -> upper(Arguments.text(a, 0)))
                .member("string_upper_ascii", STRING, STRING)
                .build());
        all.add(Definition.of("replace", (a, meter) -> replace(a, meter))
                .member("string_replace_string_string", STRING, STRING, STRING, STRING)
                .member("string_replace_string_string_int", STRING, STRING, STRING, STRING, INT)
                .build());
        all.add(Definition.of("split", (a, meter) -> split(a))
                .member("string_split_string", STRINGS, STRING, STRING)
                .member("string_split_string_int", STRINGS, STRING, STRING, INT)
                .build());
        all.add(Definition.of("substring", (a, meter) -> substring(a))
                .member("string_substring_int", STRING, STRING, INT)
                .member("string_substring_int_int", STRING, STRING, INT, INT)
                .build());
        all.add(Definition.of("trim", (a, meter) -> Arguments.text(a, 0).strip())
                .member("string_trim", STRING, STRING)
                .build());
        all.add(Definition.of("format", (a, meter) -> TextFormat.of(Arguments.text(a, 0), Arguments.list(a, 1), meter))
                .member("string_format", STRING, STRING, Types.list(DYN))
                .build());
        all.add(Definition.of("strings.quote", (a, meter) -> quote(Arguments.text(a, 0)))
                .global("strings_quote", STRING, STRING)
                .build());
        return all;
    }

    private static String charAt(String text, int index) {
        int length = Texts.length(text);
        if (index < 0 || index > length) {
            throw new CelException("index out of range: " + index);
        }
        return index == length ? "" : slice(text, index, index + 1);
    }

    /** The code points from {@code start} to before {@code end}. */
    private static String slice(String text, int start, int end) {
        int from = text.offsetByCodePoints(0, start);
        return text.substring(from, text.offsetByCodePoints(from, end - start));
    }

    private static long indexOf(Object[] a) {
        String text = Arguments.text(a, 0);
        String sought = Arguments.text(a, 1);
        int length = Texts.length(text);
        int start = a.length > 2 ? Arguments.integer(a, 2) : 0;
        if (start < 0) {
            throw new CelException("index out of range: " + start);
        }
        if (sought.isEmpty()) {
            return start;
        }
        if (start >= length) {
            return -1;
        }
        int at = text.indexOf(sought, text.offsetByCodePoints(0, start));
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static long lastIndexOf(Object[] a) {
        String text = Arguments.text(a, 0);
        String sought = Arguments.text(a, 1);
        int length = Texts.length(text);
        int start = a.length > 2 ? Arguments.integer(a, 2) : length;
        if (start < 0) {
            throw new CelException("index out of range: " + start);
        }
        if (sought.isEmpty()) {
            return Math.min(start, length);
        }
        int at = text.lastIndexOf(sought, text.offsetByCodePoints(0, Math.min(start, length)));
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static String join(Object[] a, Meter meter) {
        List<?> parts = Arguments.list(a, 0);
        String separator = a.length > 1 ? Arguments.text(a, 1) : "";
        var joined = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (!(parts.get(i) instanceof String part)) {
                throw CelException.noSuchOverload();
            }
            joined.append(i == 0 ? "" : separator).append(part);
            meter.step(1 + (part.length() + separator.length()) / 8);
            Arguments.requireLength(joined.length());
        }
        return joined.toString();
    }

    private static String lower(String text) {
        return mapped(text, sign -> sign >= 'A' && sign <= 'Z' ? sign + ('a' - 'A') : sign);
    }

    private static String upper(String text) {
        return mapped(text, sign -> sign >= 'a' && sign <= 'z' ? sign - ('a' - 'A') : sign);
    }

    private static String mapped(String text, IntUnaryOperator change) {
        var changed = new StringBuilder(text.length());
        text.codePoints().map(change).forEach(changed::appendCodePoint);
        return changed.toString();
    }

    private static String replace(Object[] a, Meter meter) {
        String text = Arguments.text(a, 0);
        String old = Arguments.text(a, 1);
        String by = Arguments.text(a, 2);
        int most = a.length > 3 ? Arguments.integer(a, 3) : -1;
        var replaced = new StringBuilder(text.length());
        int from = 0;
        for (int count = 0; most < 0 || count < most; count++) {
            int at = next(text, old, from, count);
            if (at < 0) {
                break;
            }
            replaced.append(text, from, at).append(by);
            from = at + old.length();
            meter.step(1 + by.length() / 8);
            Arguments.requireLength(replaced.length());
        }
        return replaced.append(text, from, text.length()).toString();
    }

    /** Where the next thing to replace is; an empty one is before each code point and at the end. */
    private static int next(String text, String old, int from, int count) {
        if (!old.isEmpty()) {
            return text.indexOf(old, from);
        }
        if (count == 0) {
            return 0;
        }
        return from >= text.length() ? -1 : text.offsetByCodePoints(from, 1);
    }

    private static List<String> split(Object[] a) {
        String text = Arguments.text(a, 0);
        String separator = Arguments.text(a, 1);
        int most = a.length > 2 ? Arguments.integer(a, 2) : -1;
        if (most == 0) {
            return List.of();
        }
        var parts = new ArrayList<String>();
        int from = 0;
        while (most < 0 || parts.size() < most - 1) {
            int at = separator.isEmpty()
                    ? from < text.length() ? text.offsetByCodePoints(from, 1) : -1
                    : text.indexOf(separator, from);
            if (at < 0 || (separator.isEmpty() && at >= text.length())) {
                break;
            }
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        if (!(separator.isEmpty() && text.isEmpty())) {
            parts.add(text.substring(from));
        }
        return List.copyOf(parts);
    }

    private static String substring(Object[] a) {
        String text = Arguments.text(a, 0);
        int length = Texts.length(text);
        int start = Arguments.integer(a, 1);
        int end = a.length > 2 ? Arguments.integer(a, 2) : length;
        if (start < 0 || start > length) {
            throw new CelException("index out of range: " + start);
        }
        if (end < 0 || end > length) {
            throw new CelException("index out of range: " + end);
        }
        if (start > end) {
            throw new CelException("invalid substring range. start: " + start + ", end: " + end);
        }
        return slice(text, start, end);
    }

    private static String quote(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(sign -> {
            switch (sign) {
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 11 -> quoted.append("\\v");
                case '\\' -> quoted.append("\\\\");
                case '"' -> quoted.append("\\\"");
                default -> quoted.appendCodePoint(sign);
            }
        });
        return quoted.append('"').toString();
    }
}
