package dev.jarbor.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** How far cluster time may jump by itself: so much for each second of wall time, and never much at once. */
final class Allowance {
    /** What is not used within this wall time is lost: after a rest, time does not race. */
    private static final long KEPT_NANOS = 20_000_000;

    private static final Duration PAUSE = Duration.ofMillis(2);

    private final Runtime wall;
    private final double factor;
    private long last;
    private long left;

    Allowance(Runtime wall, Duration pace) {
        this.wall = wall;
        this.factor = pace.toNanos() / 1e9;
        this.last = wall.nanoTime();
    }

    /**
     * Moves time on as far as is allowed by now, to the next event at most.
     *
     * @param move moves it not past an instant; answers whether there is an event before
     * @return how long to rest: not at all while events follow upon each other
     */
    Duration spend(Supplier<Instant> clock, Predicate<Instant> move) {
        long now = wall.nanoTime();
        left = Math.min(left + (long) ((now - last) * factor), (long) (KEPT_NANOS * factor));
        last = now;
        Instant before = clock.get();
        boolean event = move.test(before.plusNanos(left));
        left -= Duration.between(before, clock.get()).toNanos();
        return event ? Duration.ZERO : PAUSE;
    }
}
