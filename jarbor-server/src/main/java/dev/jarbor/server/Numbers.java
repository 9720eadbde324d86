package dev.jarbor.server;

import dev.jarbor.api.codec.GoText;
import java.util.regex.Pattern;

/** Whole numbers as Go's strconv reads them, and its words for what is none. */
final class Numbers {
    private static final Pattern SIGNED = Pattern.compile("[+-]?[0-9]{1,4096}");
    private static final Pattern UNSIGNED = Pattern.compile("[0-9]{1,4096}");
    private static final int MOST_SHOWN = 256;

    private Numbers() {}

    /** Why a text is no number, as {@code strconv} says it. */
    static final class MalformedNumberException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedNumberException(String message) {
            super(message);
        }
    }

    static long signed(String text) throws MalformedNumberException {
        if (!SIGNED.matcher(text).matches()) {
            throw fault("ParseInt", text, "invalid syntax");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            throw fault("ParseInt", text, "value out of range");
        }
    }

    static long unsigned(String text) throws MalformedNumberException {
        if (!UNSIGNED.matcher(text).matches()) {
            throw fault("ParseUint", text, "invalid syntax");
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException tooLarge) {
            throw fault("ParseUint", text, "value out of range");
        }
    }

    private static MalformedNumberException fault(String function, String text, String why) {
        String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) : text;
        return new MalformedNumberException("strconv." + function + ": parsing " + GoText.quote(shown) + ": " + why);
    }
}
