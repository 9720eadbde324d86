package dev.jarbor.api.codec;

/** Keeps half surrogate pairs, which no UTF-8 can carry, out of values: they read as U+FFFD, as in the reference. */
final class Surrogates {
    private Surrogates() {}

    static String repaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return repairedFrom(text, i);
            }
        }
        return text;
    }

    private static String repairedFrom(String text, int start) {
        var repaired = new StringBuilder(text.length()).append(text, 0, start);
        for (int i = start; i < text.length(); ) {
            int point = text.codePointAt(i);
            boolean half = point <= Character.MAX_VALUE && Character.isSurrogate((char) point);
            repaired.appendCodePoint(half ? '\uFFFD' : point);
            i += Character.charCount(point);
        }
        return repaired.toString();
    }
}
