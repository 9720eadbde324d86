package dev.jarbor.cel.library;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.util.Arrays;
import java.util.Locale;

/** An IP address: 4 or 16 bytes, without a zone, and not IPv4 in IPv6. */
final class Address implements Opaque, Printable {
    private static final int WORDS = 8;

    private final byte[] bytes;

    Address(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws CelException where {@code text} is none, in the reference's words */
    static Address parse(String text) {
        byte[] bytes;
        try {
            bytes = AddressText.bytes(text);
        } catch (CelException malformed) {
            throw new CelException("IP Address " + GoText.quote(text) + " parse error during conversion from string: "
                    + malformed.getMessage());
        }
        if (text.indexOf('%') >= 0) {
            throw new CelException("IP address " + GoText.quote(text) + " with zone value is not allowed");
        }
        if (isMapped(bytes)) {
            throw new CelException("IPv4-mapped IPv6 address " + GoText.quote(text) + " is not allowed");
        }
        return new Address(bytes);
    }

    static boolean isMapped(byte[] bytes) {
        return bytes.length == 16
                && bytes[10] == -1
                && bytes[11] == -1
                && Arrays.equals(bytes, 0, 10, new byte[10], 0, 10);
    }

    boolean isFour() {
        return bytes.length == 4;
    }

    int bits() {
        return bytes.length * 8;
    }

    private int octet(int index) {
        return bytes[index] & 0xff;
    }

    boolean isUnspecified() {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    boolean isLoopback() {
        byte[] one = new byte[16];
        one[15] = 1;
        return isFour() ? octet(0) == 127 : Arrays.equals(bytes, one);
    }

    boolean isMulticast() {
        return isFour() ? (octet(0) & 0xf0) == 0xe0 : octet(0) == 0xff;
    }

    boolean isLinkLocalMulticast() {
        return isFour()
                ? octet(0) == 224 && octet(1) == 0 && octet(2) == 0
                : octet(0) == 0xff && (octet(1) & 0x0f) == 0x02;
    }

    boolean isLinkLocalUnicast() {
        return isFour() ? octet(0) == 169 && octet(1) == 254 : octet(0) == 0xfe && (octet(1) & 0xc0) == 0x80;
    }

    boolean isGlobalUnicast() {
        boolean broadcast = isFour() && Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
        return !broadcast && !isUnspecified() && !isLoopback() && !isMulticast() && !isLinkLocalUnicast();
    }

    /** The address with all bits after the first {@code length} cleared. */
    Address masked(int length) {
        byte[] masked = bytes.clone();
        for (int bit = length; bit < bits(); bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return new Address(masked);
    }

    @Override
    public String typeName() {
        return "net.IP";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String printed() {
        return toString();
    }

    /** The canonical form (RFC 5952). */
    @Override
    public String toString() {
        if (isFour()) {
            return octet(0) + "." + octet(1) + "." + octet(2) + "." + octet(3);
        }
        int[] words = new int[WORDS];
        for (int i = 0; i < WORDS; i++) {
            words[i] = octet(2 * i) << 8 | octet(2 * i + 1);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < WORDS; i++) {
            int end = i;
            while (end < WORDS && words[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
            i = Math.max(i, end - 1);
        }
        var text = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(words[i]).toLowerCase(Locale.ROOT));
            }
        }
        return text.toString();
    }
}
