package dev.jarbor.node.simulated;

import dev.jarbor.node.runtime.PodIdentity;
import java.time.Instant;

/**
 * What simulated containers use, as a curve over time. It is asked at moments that rise for each container; what lies
 * between two of them is taken to be a straight line.
 */
public interface Load {
    /**
     * Who uses something.
     *
     * @param image by its full name
     * @param cores that it asked for; 0 where it asked for none
     * @param bytes of memory that it asked for; 0 where it asked for none
     */
    record Consumer(PodIdentity pod, String container, String image, double cores, long bytes) {}

    /** What is used at a moment: processors, and bytes of memory. */
    record Level(double cores, long bytes) {}

    /** What {@code who} uses at {@code now}. */
    Level at(Consumer who, Instant now);

    /** A constant share of what a container asked for; of a hundredth core and 16 MiB where it asked for nothing. */
    static Load share(double share) {
        return (who, now) -> new Level(share * (who.cores() > 0 ? who.cores() : 0.01), (long)
                (share * (who.bytes() > 0 ? who.bytes() : 16L << 20)));
    }
}
