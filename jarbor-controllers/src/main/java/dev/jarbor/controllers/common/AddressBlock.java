package dev.jarbor.controllers.common;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits.
 *
 * @param first the first of them, as a number
 * @param bits of an address: 32 or 128
 * @param prefix how many bits are the same
 */
public record AddressBlock(BigInteger first, int bits, int prefix) {
    /** Looks like an address, so that nobody asks a name server for it. */
    private static final Pattern LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    /** A block such as {@code 10.96.0.0/12}, or one address; empty for anything else. */
    public static Optional<AddressBlock> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!LITERAL.matcher(address).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int bits = bytes.length * Byte.SIZE;
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            return prefix < 0 || prefix > bits
                    ? Optional.empty()
                    : Optional.of(new AddressBlock(new BigInteger(1, bytes), bits, prefix));
        } catch (UnknownHostException | NumberFormatException malformed) {
            return Optional.empty();
        }
    }

    /** Whether all addresses of {@code other} are in this, too. */
    public boolean contains(AddressBlock other) {
        return bits == other.bits
                && prefix <= other.prefix
                && first.shiftRight(bits - prefix).equals(other.first.shiftRight(bits - prefix));
    }

    /** Whether some address is in both. */
    public boolean touches(AddressBlock other) {
        int shorter = Math.min(prefix, other.prefix);
        return bits == other.bits && first.shiftRight(bits - shorter).equals(other.first.shiftRight(bits - shorter));
    }

    /** The block of {@code longer} bits at a place in this one. */
    public AddressBlock part(long place, int longer) {
        BigInteger start = first.shiftRight(bits - prefix).shiftLeft(bits - prefix);
        return new AddressBlock(start.add(BigInteger.valueOf(place).shiftLeft(bits - longer)), bits, longer);
    }

    /** At which place in this one the other begins, counted in blocks of its size. */
    public long placeOf(AddressBlock other) {
        BigInteger start = first.shiftRight(bits - prefix).shiftLeft(bits - prefix);
        return other.first.subtract(start).shiftRight(bits - other.prefix).longValueExact();
    }

    /** Such as {@code 10.96.0.0/12} or {@code fd00::/64}. */
    @Override
    public String toString() {
        BigInteger start = first.shiftRight(bits - prefix).shiftLeft(bits - prefix);
        int groups = bits == 32 ? 4 : 8;
        int width = bits / groups;
        var numbers = new ArrayList<String>();
        for (int i = groups - 1; i >= 0; i--) {
            long number = start.shiftRight(i * width).longValue() & ((1L << width) - 1);
            numbers.add(bits == 32 ? Long.toString(number) : Long.toHexString(number));
        }
        return (bits == 32 ? String.join(".", numbers) : shortened(numbers)) + "/" + prefix;
    }

    /** The longest row of zeros is left out (RFC 5952). */
    private static String shortened(List<String> numbers) {
        int from = 0;
        int longest = 1;
        for (int i = 0; i < numbers.size(); i++) {
            int end = i;
            while (end < numbers.size() && numbers.get(end).equals("0")) {
                end++;
            }
            if (end - i > longest) {
                from = i;
                longest = end - i;
            }
        }
        return longest == 1
                ? String.join(":", numbers)
                : String.join(":", numbers.subList(0, from)) + "::"
                        + String.join(":", numbers.subList(from + longest, numbers.size()));
    }
}
