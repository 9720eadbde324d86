package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** The cluster's clock for programs that take a {@link Clock}. */
final class ClusterClock extends Clock {
    private final Runtime runtime;
    private final ZoneId zone;

    ClusterClock(Runtime runtime, ZoneId zone) {
        this.runtime = runtime;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new ClusterClock(runtime, other);
    }

    @Override
    public Instant instant() {
        return runtime.now();
    }
}
