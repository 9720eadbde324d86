package dev.jarbor.server.kinds;

import java.util.Optional;

/**
 * A range of IPv4 addresses, such as 10.43.0.0/16. The first and the last address are never given away.
 *
 * @param base the network address as a number
 * @param bits how many leading bits are fixed
 */
public record ServiceRange(long base, int bits) {
    public static ServiceRange parse(String cidr) {
        return tryParse(cidr)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the Service range must be IPv4 in the form 10.43.0.0/16, with 8 to 30 bits; it is " + cidr));
    }

    /** The same; empty for what is none. */
    static Optional<ServiceRange> tryParse(String cidr) {
        String[] parts = cidr.split("/", -1);
        Optional<Long> address = parts.length == 2 ? number(parts[0]) : Optional.empty();
        int bits = address.isPresent() && parts[1].matches("[0-9]{1,2}") ? Integer.parseInt(parts[1]) : 99;
        if (bits > 30 || bits < 8) {
            return Optional.empty();
        }
        long base = address.orElse(0L) & -(1L << (32 - bits));
        return Optional.of(new ServiceRange(base, bits));
    }

    /** How many addresses can be given away. */
    public long size() {
        return (1L << (32 - bits)) - 2;
    }

    /** The address of the API server's own Service. */
    public String first() {
        return address(0);
    }

    /** The {@code index}th address that can be given away, from 0. */
    public String address(long index) {
        return text(base + 1 + index);
    }

    public boolean contains(String address) {
        return number(address)
                .filter(number -> number > base && number <= base + size())
                .isPresent();
    }

    /** Reads four decimal numbers between dots; without leading zeros, which some read as octal. */
    static Optional<Long> number(String address) {
        String[] parts = address.split("\\.", -1);
        long number = 0;
        for (String part : parts) {
            if (parts.length != 4 || !part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            number = number << 8 | Integer.parseInt(part);
        }
        return Optional.of(number);
    }

    private static String text(long number) {
        return (number >> 24 & 255) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    @Override
    public String toString() {
        return text(base) + "/" + bits;
    }
}
