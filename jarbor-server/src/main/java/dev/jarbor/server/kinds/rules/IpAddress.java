package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.status.FieldPath;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An IP address as fields hold one, read as leniently as the reference once did (leading zeros are decimal), with what a
 * strict reader would object to.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation">KEP-4858</a>
 */
public final class IpAddress {
    private static final int GROUPS = 8;

    private final int[] groups;
    private final boolean four;
    private final boolean mapped;
    private final boolean leadingZeros;

    private IpAddress(int[] groups, boolean four, boolean mapped, boolean leadingZeros) {
        this.groups = groups;
        this.four = four;
        this.mapped = mapped;
        this.leadingZeros = leadingZeros;
    }

    /** Reads {@code text}; empty where it is no address. */
    public static Optional<IpAddress> parse(String text) {
        if (text.length() > 64) {
            return Optional.empty();
        }
        return text.indexOf(':') < 0 ? four(text) : six(text);
    }

    /** The address whose bits are {@code number}: 32 of them, or 128. */
    static IpAddress of(BigInteger number, boolean four) {
        int[] groups = new int[GROUPS];
        BigInteger rest = number;
        for (int i = GROUPS - 1; i >= (four ? GROUPS - 2 : 0); i--) {
            groups[i] = rest.intValue() & 0xffff;
            rest = rest.shiftRight(16);
        }
        return new IpAddress(groups, four, false, false);
    }

    /** A field that has always been read leniently: its value must be an address, and strictly so by now. */
    public static void check(String text, FieldPath at, Checks checks) {
        Optional<IpAddress> address = parse(text);
        if (address.isEmpty()) {
            checks.invalid(at, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            return;
        }
        if (address.get().leadingZeros) {
            checks.invalid(at, text, "must not have leading 0s");
        }
        if (address.get().mapped && !address.get().leadingZeros) {
            checks.invalid(at, text, "must not be an IPv4-mapped IPv6 address");
        }
    }

    /** What a client should know about an address that is accepted. */
    public static Optional<String> warning(String text, FieldPath at) {
        Optional<IpAddress> address = parse(text);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        IpAddress ip = address.get();
        if (ip.leadingZeros || ip.mapped) {
            return Optional.of(
                    at + ": non-standard IP address \"" + text + "\" is invalid: use \"" + ip.canonical() + "\"");
        }
        return ip.four || ip.canonical().equals(text)
                ? Optional.empty()
                : Optional.of(at + ": IPv6 address \"" + text + "\" should be in RFC 5952 canonical format (\""
                        + ip.canonical() + "\")");
    }

    /** Whether it was written with zeros that mean nothing. */
    boolean hasLeadingZeros() {
        return leadingZeros;
    }

    /** Its bits as a number: 32 of an IPv4 address, mapped or not, 128 of another. */
    public BigInteger number() {
        BigInteger number = BigInteger.ZERO;
        for (int i = isFour() ? GROUPS - 2 : 0; i < GROUPS; i++) {
            number = number.shiftLeft(16).or(BigInteger.valueOf(groups[i]));
        }
        return number;
    }

    /** Whether it is an IPv4 address, written as one or mapped into IPv6. */
    public boolean isFour() {
        return four || mapped;
    }

    /** The form of RFC 5952; mapped addresses as IPv4. */
    public String canonical() {
        if (isFour()) {
            return (groups[6] >> 8) + "." + (groups[6] & 255) + "." + (groups[7] >> 8) + "." + (groups[7] & 255);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = i;
            while (run < GROUPS && groups[run] == 0) {
                run++;
            }
            if (run - i > length) {
                start = i;
                length = run - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    private static Optional<IpAddress> four(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        int[] groups = new int[GROUPS];
        boolean zeros = false;
        for (int i = 0; i < 4; i++) {
            int octet = octet(parts[i]);
            if (octet < 0) {
                return Optional.empty();
            }
            zeros |= parts[i].length() > 1 && parts[i].charAt(0) == '0';
            groups[6 + i / 2] |= i % 2 == 0 ? octet << 8 : octet;
        }
        return Optional.of(new IpAddress(groups, true, false, zeros));
    }

    private static int octet(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            value = value * 10 + text.charAt(i) - '0';
            if (value > 255) {
                return -1;
            }
        }
        return value;
    }

    private static Optional<IpAddress> six(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        var zeros = new boolean[1];
        Optional<List<Integer>> head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0, zeros);
        Optional<List<Integer>> tail = gap < 0 ? Optional.of(List.of()) : groups(text.substring(gap + 2), true, zeros);
        if (head.isEmpty() || tail.isEmpty()) {
            return Optional.empty();
        }
        int count = head.get().size() + tail.get().size();
        if (gap < 0 ? count != GROUPS : count >= GROUPS) {
            return Optional.empty();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < head.get().size(); i++) {
            groups[i] = head.get().get(i);
        }
        for (int i = 0; i < tail.get().size(); i++) {
            groups[GROUPS - tail.get().size() + i] = tail.get().get(i);
        }
        boolean mapped = groups[5] == 0xffff;
        for (int i = 0; i < 5; i++) {
            mapped &= groups[i] == 0;
        }
        return Optional.of(new IpAddress(groups, false, mapped, zeros[0]));
    }

    /** Groups between colons; the last ones may be written as an IPv4 address. */
    private static Optional<List<Integer>> groups(String text, boolean mayEndInFour, boolean[] zeros) {
        var groups = new ArrayList<Integer>(GROUPS);
        if (text.isEmpty()) {
            return Optional.of(groups);
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].indexOf('.') >= 0) {
                Optional<IpAddress> four = four(parts[i]);
                if (i != parts.length - 1 || !mayEndInFour || four.isEmpty()) {
                    return Optional.empty();
                }
                zeros[0] |= four.get().leadingZeros;
                groups.add(four.get().groups[6]);
                groups.add(four.get().groups[7]);
                continue;
            }
            if (parts[i].isEmpty() || parts[i].length() > 4) {
                return Optional.empty();
            }
            for (int c = 0; c < parts[i].length(); c++) {
                if (Character.digit(parts[i].charAt(c), 16) < 0 || parts[i].charAt(c) > 'f') {
                    return Optional.empty();
                }
            }
            groups.add(Integer.parseInt(parts[i], 16));
        }
        return Optional.of(groups);
    }
}
