package dev.jarbor.api.codec;

/** Strings in the quotes that Go's {@code %q} puts around them: how Kubernetes messages show what a user wrote. */
public final class GoText {
    private GoText() {}

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
