package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.status.FieldPath;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A range of IP addresses as fields hold one: an address, a slash and how many of its bits count.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation">KEP-4858</a>
 */
public final class Cidr {
    private static final String MALFORMED = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    private final IpAddress address;
    private final BigInteger number;
    private final int bits;
    private final int length;
    private final boolean leadingZeros;

    private Cidr(IpAddress address, int bits, boolean leadingZeros) {
        this.address = address;
        this.number = address.number();
        this.length = address.isFour() ? 32 : 128;
        this.bits = bits;
        this.leadingZeros = leadingZeros;
    }

    /** Reads {@code text} as leniently as the reference once did; empty where it is no range. */
    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        Optional<IpAddress> address = IpAddress.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        if (address.isEmpty() || digits.isEmpty() || digits.length() > 3) {
            return Optional.empty();
        }
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int written = Integer.parseInt(digits);
        int most = text.indexOf(':') < 0 ? 32 : 128;
        // A mapped address counts its bits as an IPv6 one does.
        int bits = address.get().isFour() && most == 128 ? written - 96 : written;
        boolean zeros = digits.length() > 1 && digits.startsWith("0");
        return written > most || bits < 0 ? Optional.empty() : Optional.of(new Cidr(address.get(), bits, zeros));
    }

    /** A field that has always been read leniently: its value must be a range, and strictly so by now. */
    public static Optional<Cidr> checkLegacy(String text, FieldPath at, Checks checks) {
        Optional<Cidr> cidr = parse(text);
        if (cidr.isEmpty()) {
            checks.invalid(at, text, MALFORMED);
        } else {
            cidr.get().strictly(text, at, checks);
        }
        return cidr;
    }

    /** A field that has been strict from the start: its value must also be in its only canonical form. */
    public static Optional<Cidr> check(String text, FieldPath at, Checks checks) {
        Optional<Cidr> cidr = parse(text);
        if (cidr.isEmpty()) {
            checks.invalid(at, text, MALFORMED);
        } else if (!cidr.get().strictly(text, at, checks)
                && !cidr.get().canonical().equals(text)) {
            checks.invalid(
                    at, text, "must be in canonical form (\"" + cidr.get().canonical() + "\")");
        }
        return cidr;
    }

    /** An address of an interface with the size of its network, in its only canonical form. */
    public static void checkInterface(String text, FieldPath at, Checks checks) {
        Optional<Cidr> cidr = parse(text);
        if (cidr.isEmpty()) {
            checks.invalid(at, text, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
        } else if (!cidr.get().canonical().equals(text)) {
            checks.invalid(
                    at, text, "must be in canonical form (\"" + cidr.get().canonical() + "\")");
        }
    }

    /** What a client should know about a range that is accepted. */
    public static List<String> warnings(String text, FieldPath at) {
        Optional<Cidr> parsed = parse(text);
        if (parsed.isEmpty()) {
            return List.of();
        }
        Cidr cidr = parsed.get();
        String network = IpAddress.of(cidr.network(), cidr.isFour()).canonical() + "/" + cidr.bits;
        var warnings = new ArrayList<String>();
        if (!cidr.network().equals(cidr.number)) {
            warnings.add(at + ": CIDR value \"" + text + "\" is ambiguous in this context (should be \"" + network
                    + "\" or \"" + cidr.address.canonical() + "/" + cidr.length + "\"?)");
        }
        boolean mapped = cidr.isFour() && text.indexOf(':') >= 0;
        if (cidr.address.hasLeadingZeros() || cidr.leadingZeros || mapped) {
            warnings.add(at + ": non-standard CIDR value \"" + text + "\" is invalid: use \"" + network + "\"");
        }
        if (warnings.isEmpty() && !cidr.isFour() && !cidr.canonical().equals(text)) {
            warnings.add(at + ": IPv6 CIDR value \"" + text + "\" should be in RFC 5952 canonical format (\""
                    + cidr.canonical() + "\")");
        }
        return warnings;
    }

    /** Adds what a strict reader objects to, and answers whether there was anything. */
    private boolean strictly(String text, FieldPath at, Checks checks) {
        boolean zerosInAddress = address.hasLeadingZeros();
        if (zerosInAddress) {
            checks.invalid(at, text, "must not have leading 0s in IP");
        }
        if (leadingZeros) {
            checks.invalid(at, text, "must not have leading 0s in prefix length");
        }
        boolean mapped = address.isFour() && text.indexOf(':') >= 0;
        if (mapped) {
            checks.invalid(at, text, "must not have an IPv4-mapped IPv6 address");
        }
        boolean beyond = !network().equals(number);
        if (beyond) {
            checks.invalid(at, text, "must not have bits set beyond the prefix length");
        }
        return zerosInAddress || leadingZeros || mapped || beyond;
    }

    /** Whether it is a range of IPv4 addresses. */
    public boolean isFour() {
        return address.isFour();
    }

    /** Whether {@code other} lies within it and is smaller. */
    public boolean strictlyContains(Cidr other) {
        return isFour() == other.isFour()
                && bits < other.bits
                && other.number.shiftRight(length - bits).equals(number.shiftRight(length - bits));
    }

    private BigInteger network() {
        return number.shiftRight(length - bits).shiftLeft(length - bits);
    }

    private String canonical() {
        return address.canonical() + "/" + bits;
    }
}
