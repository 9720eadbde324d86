package dev.jarbor.cel.library;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** An IP address: 4 or 16 bytes, without a zone, and not IPv4 in IPv6. */
final class Address implements Opaque, Printable {
    private static final int WORDS = 8;

    private final byte[] bytes;

    Address(byte[] bytes) {
        this.bytes = bytes;
    }

    static Address parse(String text) {
        if (text.indexOf('%') >= 0 && find(text.substring(0, text.indexOf('%'))).isPresent()) {
            throw new CelException("IP address " + GoText.quote(text) + " with zone value is not allowed");
        }
        Optional<byte[]> bytes = bytes(text);
        if (bytes.isEmpty()) {
            throw new CelException("IP Address " + GoText.quote(text)
                    + " parse error during conversion from string: ParseAddr(" + GoText.quote(text)
                    + "): unable to parse IP");
        }
        if (isMapped(bytes.get())) {
            throw new CelException("IPv4-mapped IPv6 address " + GoText.quote(text) + " is not allowed");
        }
        return new Address(bytes.get());
    }

    static Optional<Address> find(String text) {
        return bytes(text).filter(bytes -> !isMapped(bytes)).map(Address::new);
    }

    private static boolean isMapped(byte[] bytes) {
        return bytes.length == 16
                && bytes[10] == -1
                && bytes[11] == -1
                && Arrays.equals(bytes, 0, 10, new byte[10], 0, 10);
    }

    private static Optional<byte[]> bytes(String text) {
        return text.indexOf(':') < 0 ? four(text) : sixteen(text);
    }

    private static Optional<byte[]> four(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Optional.of(bytes);
    }

    private static Optional<byte[]> sixteen(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        Optional<byte[]> head = words(gap < 0 ? text : text.substring(0, gap), gap < 0);
        Optional<byte[]> tail = gap < 0 ? Optional.of(new byte[0]) : words(text.substring(gap + 2), true);
        if (head.isEmpty() || tail.isEmpty()) {
            return Optional.empty();
        }
        int given = head.get().length + tail.get().length;
        if (gap < 0 ? given != 16 : given > 14) {
            return Optional.empty();
        }
        byte[] bytes = Arrays.copyOf(head.get(), 16);
        System.arraycopy(tail.get(), 0, bytes, 16 - tail.get().length, tail.get().length);
        return Optional.of(bytes);
    }

    private static Optional<byte[]> words(String text, boolean mayEndInFour) {
        if (text.isEmpty()) {
            return Optional.of(new byte[0]);
        }
        String[] parts = text.split(":", -1);
        byte[] bytes = new byte[0];
        for (int i = 0; i < parts.length; i++) {
            byte[] more;
            if (i == parts.length - 1 && mayEndInFour && parts[i].indexOf('.') >= 0) {
                Optional<byte[]> four = four(parts[i]);
                if (four.isEmpty()) {
                    return Optional.empty();
                }
                more = four.get();
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                int word = HexFormat.fromHexDigits(parts[i]);
                more = new byte[] {(byte) (word >> 8), (byte) word};
            } else {
                return Optional.empty();
            }
            byte[] both = Arrays.copyOf(bytes, bytes.length + more.length);
            System.arraycopy(more, 0, both, bytes.length, more.length);
            bytes = both;
            if (bytes.length > 16) {
                return Optional.empty();
            }
        }
        return Optional.of(bytes);
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
