package dev.jarbor.controllers.servicecidr;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits.
 *
 * @param first the first of them, as a number
 * @param bits of an address: 32 or 128
 * @param prefix how many bits are the same
 */
record AddressBlock(BigInteger first, int bits, int prefix) {
    /** Looks like an address, so that nobody asks a name server for it. */
    private static final Pattern LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    /** A block such as {@code 10.96.0.0/12}, or one address; empty for anything else. */
    static Optional<AddressBlock> parse(String text) {
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
    boolean contains(AddressBlock other) {
        return bits == other.bits
                && prefix <= other.prefix
                && first.shiftRight(bits - prefix).equals(other.first.shiftRight(bits - prefix));
    }
}
