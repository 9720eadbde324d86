package dev.jarbor.node.simulated;

import dev.jarbor.client.NodeConnection.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** Counts what running containers use: processor time adds up below the curve of their load. */
final class Meters {
    /** However long nobody looked, the curve is asked at no more points than this. */
    private static final int MOST_POINTS = 60;

    private static final long SECOND = 1_000_000_000;

    private final TreeMap<String, Meter> running = new TreeMap<>();
    private Load load = Load.share(0.5);
    /** Of containers that have ended: a machine's count never goes back. */
    private double endedNanos;

    private static final class Meter {
        private final Load.Consumer who;
        private Instant seen;
        private Load.Level level;
        private double nanos;

        Meter(Load.Consumer who, Instant since, Load.Level level) {
            this.who = who;
            this.seen = since;
            this.level = level;
        }

        Usage read(Load load, Instant now) {
            long passed = Duration.between(seen, now).toNanos();
            long points = Math.clamp(passed / SECOND, 1, MOST_POINTS);
            double step = (double) passed / points;
            Instant from = seen;
            for (long point = 1; point <= points && passed > 0; point++) {
                seen = point == points ? now : from.plusNanos(Math.round(step * point));
                Load.Level next = load.at(who, seen);
                nanos += (level.cores() + next.cores()) / 2 * step;
                level = next;
            }
            return new Usage(now, (long) nanos, level.bytes());
        }
    }

    synchronized void load(Load other) {
        load = other;
    }

    synchronized void start(String container, Load.Consumer who, Instant now) {
        running.put(container, new Meter(who, now, load.at(who, now)));
    }

    synchronized void end(String container, Instant now) {
        Meter ended = running.remove(container);
        if (ended != null) {
            endedNanos += ended.read(load, now).processorNanos();
        }
    }

    /** What a running container has used; empty where none runs. */
    synchronized Optional<Usage> of(String container, Instant now) {
        return Optional.ofNullable(running.get(container)).map(meter -> meter.read(load, now));
    }

    /** What all of them have used together. */
    synchronized Usage total(Instant now) {
        double nanos = endedNanos;
        long bytes = 0;
        for (Meter meter : running.values()) {
            Usage one = meter.read(load, now);
            nanos += one.processorNanos();
            bytes += one.workingSetBytes();
        }
        return new Usage(now, (long) nanos, bytes);
    }
}
