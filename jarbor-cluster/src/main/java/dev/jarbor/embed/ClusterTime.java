package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** The time of a cluster, and how to make it pass. */
public interface ClusterTime {
    /** What the cluster's clock says. */
    Instant now();

    /**
     * Moves the clock by {@code duration}, through every event on the way. Before each move, threads outside that use the
     * cluster get the time to react to what has happened; what they then ask for happens first.
     *
     * @throws UnsupportedOperationException where time is real
     * @throws IllegalStateException where somebody outside stays at work for a minute of wall time
     */
    void advance(Duration duration);

    /**
     * Waits until {@code condition} holds: for time to jump there, or in real time.
     *
     * @param condition is asked again whenever something may have changed
     * @param limit cluster time after which it is given up
     * @return whether the condition came to hold
     */
    boolean until(BooleanSupplier condition, Duration limit);

    /**
     * Says that somebody outside is at work on {@code what}: until the answer is closed, time does not move.
     */
    Runtime.Busy busy(String what);
}
