package dev.jarbor.node.pod;

import java.time.Duration;
import java.time.Instant;

/**
 * How long to wait before trying a thing again: the first repeat is at once, then 10 s, doubling to 5 minutes; forgotten
 * when nothing failed for twice the longest wait (the reference's container and image back-off).
 *
 * @param delay the present wait; zero before the first failure
 * @param updated when the wait last grew
 */
public record Backoff(Duration delay, Instant updated) {
    public static final Duration INITIAL = Duration.ofSeconds(10);
    public static final Duration LONGEST = Duration.ofMinutes(5);
    public static final Backoff NONE = new Backoff(Duration.ZERO, Instant.EPOCH);

    /** How much longer to wait at {@code now} after what failed at {@code event}; zero when it may go on. */
    public Duration remaining(Instant event, Instant now) {
        if (delay.isZero() || expired(event)) {
            return Duration.ZERO;
        }
        Duration left = delay.minus(Duration.between(event, now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The wait after one more failure, which happened at {@code event}. */
    public Backoff next(Instant event, Instant now) {
        if (delay.isZero() || expired(event)) {
            return new Backoff(INITIAL, now);
        }
        Duration doubled = delay.multipliedBy(2);
        return new Backoff(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now);
    }

    private boolean expired(Instant event) {
        return Duration.between(updated, event).compareTo(LONGEST.multipliedBy(2)) > 0;
    }
}
