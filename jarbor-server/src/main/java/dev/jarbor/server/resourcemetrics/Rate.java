package dev.jarbor.server.resourcemetrics;

import dev.jarbor.client.NodeConnection.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What was used on average between two looks.
 *
 * @param at of the later look
 * @param window between the two
 * @param nanoCores processors, in billionths
 * @param bytes of memory at the later look
 */
record Rate(Instant at, Duration window, long nanoCores, long bytes) {
    /** A container that just began is told of from its start, but not before it has run as long. */
    private static final Duration YOUNGEST = Duration.ofSeconds(10);

    private static final double NANOS = 1e9;

    /** Empty where the count went back: what was counted is another one. */
    static Optional<Rate> between(Usage before, Usage now) {
        Duration window = Duration.between(before.at(), now.at());
        long used = now.processorNanos() - before.processorNanos();
        if (!window.isPositive() || used < 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Rate(now.at(), window, Math.round(used / (window.toNanos() / NANOS)), now.workingSetBytes()));
    }

    /** Of a container that nobody looked at before; empty unless it is young and yet old enough. */
    static Optional<Rate> sinceStart(Instant startedAt, Usage now, Duration resolution) {
        Duration age = Duration.between(startedAt, now.at());
        return age.compareTo(YOUNGEST) > 0 && age.compareTo(resolution) < 0
                ? between(new Usage(startedAt, 0, 0), now)
                : Optional.empty();
    }
}
