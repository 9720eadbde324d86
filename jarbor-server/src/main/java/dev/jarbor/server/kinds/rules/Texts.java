package dev.jarbor.server.kinds.rules;

/** Sizes of texts as the reference counts them: in bytes of UTF-8. */
public final class Texts {
    private Texts() {}

    /** How many bytes {@code text} has in UTF-8, without encoding it. */
    public static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                bytes++;
            } else if (unit < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(unit) && i + 1 < text.length()) {
                bytes += 4;
                i++;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }

    /** How many bytes the Base64 text stands for: three for four characters. */
    public static long decoded(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }
}
