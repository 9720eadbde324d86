package dev.jarbor.network;

import java.util.Optional;

/** An IPv4 address. Ordered as unsigned numbers. */
public record Ipv4(int bits) implements Comparable<Ipv4> {
    /** 0.0.0.0: any address of this machine. */
    public static final Ipv4 ANY = new Ipv4(0);

    /** Reads four decimal numbers with dots and nothing else; absent for IPv6 and for what is no address. */
    public static Optional<Ipv4> parse(String text) {
        int bits = 0;
        int numbers = 0;
        int number = -1;
        int digits = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0 || number > 255 || ++numbers > 4) {
                    return Optional.empty();
                }
                bits = bits << 8 | number;
                number = -1;
                digits = 0;
            } else if (c >= '0' && c <= '9' && number != 0 && digits < 3) {
                number = Math.max(number, 0) * 10 + (c - '0');
                digits++;
            } else {
                return Optional.empty();
            }
        }
        return numbers == 4 ? Optional.of(new Ipv4(bits)) : Optional.empty();
    }

    /** Like {@link #parse}, for text that is known to be an address. */
    public static Ipv4 of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an IPv4 address: " + text));
    }

    public boolean isAny() {
        return bits == 0;
    }

    public boolean isLoopback() {
        return bits >>> 24 == 127;
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return joined(".");
    }

    /** The address as one label of a DNS name: {@code 10-42-0-8}. */
    public String dashed() {
        return joined("-");
    }

    private String joined(String separator) {
        return (bits >>> 24)
                + separator
                + (bits >>> 16 & 255)
                + separator
                + (bits >>> 8 & 255)
                + separator
                + (bits & 255);
    }
}
