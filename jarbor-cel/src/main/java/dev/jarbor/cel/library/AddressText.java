package dev.jarbor.cel.library;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.value.CelException;

/**
 * Reads an IP address as Go does, and says what is wrong with one in Go's words (net/netip): what, and in IPv6 also where.
 */
final class AddressText {
    private static final int GROUPS = 8;

    private final String text;
    private final int end;
    private int at;

    private AddressText(String text, int end) {
        this.text = text;
        this.end = end;
    }

    /**
     * The 4 or 16 bytes that {@code text} says, without its zone.
     *
     * @throws CelException where it says none
     */
    static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '.' -> {
                    byte[] four = new byte[4];
                    new AddressText(text, text.length()).octets(four, 0);
                    return four;
                }
                case ':' -> {
                    int zone = text.indexOf('%');
                    if (zone == text.length() - 1) {
                        throw new AddressText(text, zone).wrong("zone must be a non-empty string");
                    }
                    return new AddressText(text, zone < 0 ? text.length() : zone).groups();
                }
                case '%' -> throw new AddressText(text, text.length()).wrong("missing IPv6 address");
                default -> {
                    // tells nothing yet
                }
            }
        }
        throw new AddressText(text, text.length()).wrong("unable to parse IP");
    }

    private CelException wrong(String what) {
        return new CelException("ParseAddr(" + GoText.quote(text) + "): " + what);
    }

    private CelException wrongAt(int place, String what) {
        return wrong(what + " (at " + GoText.quote(text.substring(place, end)) + ")");
    }

    /** Four numbers from here to the end. */
    private void octets(byte[] into, int first) {
        int start = at;
        int octet = 0;
        int value = 0;
        int digits = 0;
        for (; at < end; at++) {
            char sign = text.charAt(at);
            if (sign == '.') {
                if (digits == 0 || at == end - 1) {
                    throw wrongAt(at, "IPv4 field must have at least one digit");
                }
                if (octet == 3) {
                    throw wrong("IPv4 address too long");
                }
                into[first + octet++] = (byte) value;
                value = 0;
                digits = 0;
            } else if (sign < '0' || sign > '9') {
                throw wrongAt(at, "unexpected character");
            } else if (digits == 1 && value == 0) {
                throw wrong("IPv4 field has octet with leading zero");
            } else {
                value = value * 10 + sign - '0';
                digits++;
                if (value > 255) {
                    throw wrong("IPv4 field has value >255");
                }
            }
        }
        if (octet < 3 || at == start) {
            throw wrong("IPv4 address too short");
        }
        into[first + 3] = (byte) value;
    }

    /** Groups of hexadecimal digits, of which those that are zeros may be left out once. */
    private byte[] groups() {
        byte[] read = new byte[2 * GROUPS];
        int count = 0;
        int gap = -1;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < end && count < GROUPS) {
            int start = at;
            int group = group();
            if (at < end && text.charAt(at) == '.') {
                requireRoomForFour(start, count, gap >= 0);
                at = start;
                octets(read, 2 * count);
                count += 2;
                break;
            }
            read[2 * count] = (byte) (group >> 8);
            read[2 * count + 1] = (byte) group;
            count++;
            if (at == end) {
                break;
            }
            gap = colon(count, gap);
        }
        if (at < end) {
            throw wrongAt(at, "trailing garbage after address");
        }
        return filled(read, count, gap);
    }

    private int group() {
        int start = at;
        int value = 0;
        for (; at < end && Character.digit(text.charAt(at), 16) >= 0 && text.charAt(at) < 128; at++) {
            value = value << 4 | Character.digit(text.charAt(at), 16);
            if (at - start > 3) {
                throw wrongAt(start, "each group must have 4 or less digits");
            }
        }
        if (at == start) {
            throw wrongAt(start, "each colon-separated field must have at least one digit");
        }
        return value;
    }

    private void requireRoomForFour(int start, int count, boolean hasGap) {
        if (!hasGap && count != GROUPS - 2) {
            throw wrongAt(start, "embedded IPv4 address must replace the final 2 fields of the address");
        }
        if (count > GROUPS - 2) {
            throw wrongAt(start, "too many hex fields to fit an embedded IPv4 at the end of the address");
        }
    }

    /** Goes over what stands between groups; answers where zeros are left out. */
    private int colon(int count, int gap) {
        if (text.charAt(at) != ':') {
            throw wrongAt(at, "unexpected character, want colon");
        }
        if (at == end - 1) {
            throw wrongAt(at, "colon must be followed by more characters");
        }
        at++;
        if (text.charAt(at) != ':') {
            return gap;
        }
        if (gap >= 0) {
            throw wrongAt(at, "multiple :: in address");
        }
        at++;
        return count;
    }

    private byte[] filled(byte[] read, int count, int gap) {
        if (count == GROUPS) {
            if (gap >= 0) {
                throw wrong("the :: must expand to at least one field of zeros");
            }
            return read;
        }
        if (gap < 0) {
            throw wrong("address string too short");
        }
        byte[] whole = new byte[2 * GROUPS];
        System.arraycopy(read, 0, whole, 0, 2 * gap);
        int after = 2 * (count - gap);
        System.arraycopy(read, 2 * gap, whole, whole.length - after, after);
        return whole;
    }
}
