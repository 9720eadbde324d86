package dev.jarbor.client;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;

/**
 * How long to wait before the next try of something that keeps failing: each wait is twice the one before, up to a
 * bound, plus a random part of up to its own length so that many clients do not come back together; after a quiet time it
 * starts over. The figures of client-go's reflector are {@link #ofReflector}.
 *
 * <p>Not thread-safe.
 */
final class Backoff {
    private final Runtime runtime;
    private final Duration first;
    private final Duration most;
    private final Duration quiet;
    private Duration next;
    private long lastAsked;

    /**
     * @param first the shortest wait
     * @param most the longest, before the random part
     * @param quiet starts over when nobody asked for this long
     */
    Backoff(Runtime runtime, Duration first, Duration most, Duration quiet) {
        this.runtime = runtime;
        this.first = first;
        this.most = most;
        this.quiet = quiet;
        this.next = first;
        this.lastAsked = runtime.nanoTime();
    }

    static Backoff ofReflector(Runtime runtime) {
        return new Backoff(runtime, Duration.ofMillis(800), Duration.ofSeconds(30), Duration.ofMinutes(2));
    }

    /** The next wait: between the current step and twice of it. */
    Duration next() {
        long now = runtime.nanoTime();
        if (now - lastAsked > quiet.toNanos()) {
            next = first;
        }
        lastAsked = now;
        Duration step = next;
        next = step.multipliedBy(2).compareTo(most) < 0 ? step.multipliedBy(2) : most;
        return step.plusNanos(runtime.random().nextLong(step.toNanos()));
    }
}
