package dev.jarbor.network;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 addresses, such as {@code 10.42.0.0/16} (RFC 4632).
 *
 * @param first the lowest address; bits beyond the prefix are cleared
 * @param prefix how many leading bits all addresses share, 0 to 32
 */
public record Cidr(Ipv4 first, int prefix) implements Comparable<Cidr> {
    private static final Pattern FORM = Pattern.compile("([0-9.]+)/([0-9]{1,2})");

    public Cidr {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("a prefix has 0 to 32 bits, not " + prefix);
        }
        first = new Ipv4(first.bits() & mask(prefix));
    }

    /** Reads {@code address/prefix}; absent for IPv6 and for what is no block. */
    public static Optional<Cidr> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > 32) {
            return Optional.empty();
        }
        return Ipv4.parse(form.group(1)).map(address -> new Cidr(address, Integer.parseInt(form.group(2))));
    }

    /** Like {@link #parse}, for text that is known to be a block. */
    public static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an IPv4 block: " + text));
    }

    public boolean contains(Ipv4 address) {
        return (address.bits() & mask(prefix)) == first.bits();
    }

    /** The address {@code offset} steps above the lowest. */
    public Ipv4 address(int offset) {
        return new Ipv4(first.bits() + offset);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    @Override
    public int compareTo(Cidr other) {
        int order = first.compareTo(other.first);
        return order != 0 ? order : Integer.compare(prefix, other.prefix);
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }
}
