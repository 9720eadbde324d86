package dev.jarbor.api.codec;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.stream.Collectors;

/** Values as Go prints them: how Kubernetes messages show what a user wrote. */
public final class GoText {
    private GoText() {}

    /** {@code value} as {@code %v} prints what JSON became in Go, such as {@code map[a:[1 2] b:<nil>]}. */
    public static String printed(Value value) {
        return switch (value) {
            case ObjectValue object ->
                object.names().stream()
                        .sorted()
                        .map(name -> name + ":" + printed(object.valueOrNull(name)))
                        .collect(Collectors.joining(" ", "map[", "]"));
            case ListValue list ->
                list.items().stream().map(GoText::printed).collect(Collectors.joining(" ", "[", "]"));
            case StringValue(String text) -> text;
            case NullValue ignored -> "<nil>";
            default -> value.toString();
        };
    }

    /** {@code text} in double quotes, what is not printable escaped. */
    public static String quote(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(point -> append(quoted, point, '"'));
        return quoted.append('"').toString();
    }

    /** {@code point} in single quotes. */
    static String quote(int point) {
        var quoted = new StringBuilder(4).append('\'');
        append(quoted, point, '\'');
        return quoted.append('\'').toString();
    }

    private static void append(StringBuilder quoted, int point, char quote) {
        switch (point) {
            case '\\' -> quoted.append("\\\\");
            case 0x07 -> quoted.append("\\a");
            case '\b' -> quoted.append("\\b");
            case '\f' -> quoted.append("\\f");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            case 0x0b -> quoted.append("\\v");
            default -> {
                if (point == quote) {
                    quoted.append('\\').append(quote);
                } else if (isPrintable(point)) {
                    quoted.appendCodePoint(point);
                } else {
                    quoted.append(escape(point));
                }
            }
        }
    }

    private static String escape(int point) {
        if (point < ' ' || point == 0x7f) {
            return String.format("\\x%02x", point);
        }
        return point <= Character.MAX_VALUE ? String.format("\\u%04x", point) : String.format("\\U%08x", point);
    }

    /** Letters, marks, numbers, punctuation, symbols and the ASCII space, as Go's strconv.IsPrint has it. */
    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }
}
