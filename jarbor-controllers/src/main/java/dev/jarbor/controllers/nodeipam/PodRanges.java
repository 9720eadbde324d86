package dev.jarbor.controllers.nodeipam;

import dev.jarbor.controllers.common.AddressBlock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The addresses of all pods of one family, cut into ranges of one size, one a node.
 *
 * @param whole such as {@code 10.42.0.0/16}
 * @param nodePrefix of each node's range, as {@code --node-cidr-mask-size} has it
 */
public record PodRanges(AddressBlock whole, int nodePrefix) {
    /** The largest number of ranges, as in the reference: a mask of 16 bits more than the whole. */
    private static final int MOST_BITS = 16;

    /** @throws IllegalArgumentException where a node's range is larger than the whole, or there are too many of them */
    public PodRanges {
        if (nodePrefix < whole.prefix() || nodePrefix > whole.bits() || nodePrefix - whole.prefix() > MOST_BITS) {
            throw new IllegalArgumentException("ranges of /" + nodePrefix + " cannot be cut from a network of /"
                    + whole.prefix() + ": at most " + MOST_BITS + " bits between them");
        }
    }

    /**
     * Reads a network such as {@code 10.42.0.0/16} or {@code fd00:42::/48}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static PodRanges of(String network, int nodePrefix) {
        AddressBlock whole = AddressBlock.parse(network)
                .filter(block -> network.indexOf('/') > 0)
                .orElseThrow(() -> new IllegalArgumentException(network + " is no network such as 10.42.0.0/16"));
        return new PodRanges(whole, nodePrefix);
    }

    /** How many nodes get a range. */
    public long count() {
        return 1L << (nodePrefix - whole.prefix());
    }

    /**
     * A range that touches none of {@code used}: the next one after {@code latest}, so that what was just given up is not
     * given away at once.
     */
    Optional<String> next(Collection<String> used, String latest) {
        List<AddressBlock> taken =
                used.stream().flatMap(text -> AddressBlock.parse(text).stream()).toList();
        long start = index(latest).orElse(-1) + 1;
        for (long i = 0; i < count(); i++) {
            AddressBlock candidate = whole.part((start + i) % count(), nodePrefix);
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
        return whole.toString();
    }

    /** Whether {@code range} is, or may be, one of these. */
    boolean covers(String range) {
        return AddressBlock.parse(range).filter(whole::touches).isPresent();
    }

    private OptionalLong index(String text) {
        return AddressBlock.parse(text).stream()
                .filter(range -> range.prefix() == nodePrefix && whole.touches(range))
                .mapToLong(whole::placeOf)
                .findFirst();
    }
}
