package dev.jarbor.controllers.nodeipam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The addresses of all pods, cut into ranges of one size, one a node. IPv4, as the pod network is.
 *
 * @param first the first address, as a number
 * @param prefix of the whole, as in {@code 10.42.0.0/16}
 * @param nodePrefix of each node's range, as {@code --node-cidr-mask-size} has it
 */
public record PodRanges(long first, int prefix, int nodePrefix) {
    private static final int BITS = 32;

    /** The largest number of ranges, as in the reference: a mask of 16 bits more than the whole. */
    private static final int MOST_BITS = 16;

    /** @throws IllegalArgumentException where a node's range is larger than the whole, or there are too many of them */
    public PodRanges {
        if (nodePrefix < prefix || nodePrefix > BITS || nodePrefix - prefix > MOST_BITS) {
            throw new IllegalArgumentException("ranges of /" + nodePrefix + " cannot be cut from a network of /"
                    + prefix + ": at most " + MOST_BITS + " bits between them");
        }
    }

    /**
     * Reads a network such as {@code 10.42.0.0/16}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static PodRanges of(String network, int nodePrefix) {
        Range range = Range.parse(network)
                .orElseThrow(() -> new IllegalArgumentException(network + " is no IPv4 network such as 10.42.0.0/16"));
        return new PodRanges(range.first, range.prefix, nodePrefix);
    }

    /** How many nodes get a range. */
    public long count() {
        return 1L << (nodePrefix - prefix);
    }

    /**
     * A range that touches none of {@code used}: the next one after {@code latest}, so that what was just given up is not
     * given away at once.
     */
    Optional<String> next(Collection<String> used, String latest) {
        List<Range> taken = new ArrayList<>();
        used.forEach(text -> Range.parse(text).ifPresent(taken::add));
        long start = index(latest).orElse(-1) + 1;
        for (long i = 0; i < count(); i++) {
            Range candidate = range((start + i) % count());
            if (taken.stream().noneMatch(candidate::touches)) {
                return Optional.of(candidate.toString());
            }
        }
        return Optional.empty();
    }

    /** How many ranges were looked at to come from {@code latest} to {@code next}. */
    long distance(String latest, String next) {
        long from = index(latest).orElse(-1);
        long to = index(next).orElse(from + 1);
        return to > from ? to - from : to + count() - from;
    }

    /** Such as {@code 10.42.0.0/16}. */
    String network() {
        return new Range(first, prefix).toString();
    }

    private Range range(long index) {
        return new Range(first + (index << (BITS - nodePrefix)), nodePrefix);
    }

    private OptionalLong index(String text) {
        return Range.parse(text).stream()
                .filter(range -> range.prefix == nodePrefix && new Range(first, prefix).touches(range))
                .mapToLong(range -> (range.first - first) >> (BITS - nodePrefix))
                .findFirst();
    }

    private record Range(long first, int prefix) {
        static Optional<Range> parse(String text) {
            String[] halves = text.split("/", -1);
            String[] parts = halves[0].split("\\.", -1);
            if (halves.length != 2 || parts.length != 4 || !halves[1].matches("[0-9]{1,2}")) {
                return Optional.empty();
            }
            long address = 0;
            for (String part : parts) {
                if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                    return Optional.empty();
                }
                address = (address << 8) + Integer.parseInt(part);
            }
            int prefix = Integer.parseInt(halves[1]);
            return prefix > BITS
                    ? Optional.empty()
                    : Optional.of(new Range(address >> (BITS - prefix) << (BITS - prefix), prefix));
        }

        boolean touches(Range other) {
            int shift = BITS - Math.min(prefix, other.prefix);
            return first >> shift == other.first >> shift;
        }

        @Override
        public String toString() {
            return (first >> 24) + "." + (first >> 16 & 255) + "." + (first >> 8 & 255) + "." + (first & 255) + "/"
                    + prefix;
        }
    }
}
