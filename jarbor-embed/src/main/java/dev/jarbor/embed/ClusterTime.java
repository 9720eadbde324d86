package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/** The time of a cluster, and how to make it pass. */
public interface ClusterTime {
    /** What the cluster's clock says. */
    Instant now();

    /**
     * Moves the clock by {@code duration}, through every event on the way; of signs of life in long quiet times the last ones
     * are enough. Before each move, threads outside that use the
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

    /** The cluster's clock, in UTC, for programs that take one. */
    Clock clock();

    /**
     * A new executor whose delays are those of the cluster's time. Its tasks run on virtual threads and may block; while one
     * runs, time does not move.
     */
    ScheduledExecutorService scheduler();

    /** {@code executor}, seen: from when a task is handed in until it has run, time does not move. */
    ExecutorService watched(ExecutorService executor);

    /** A new Timer on the cluster's time, for tasks that run once; those that repeat are refused. */
    Timer timer();
}
