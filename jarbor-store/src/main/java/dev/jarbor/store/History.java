package dev.jarbor.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a store remembers in memory: the latest {@link Snapshot}, the ones before it, and the events of each resource, from
 * which watches read. Wherever a store keeps its objects, this is its side that is read.
 *
 * <p>Bounded: the last {@code window} snapshots can be read, and each resource keeps its last {@code window} events.
 * Reading the latest takes no lock. Commits are published one at a time, by whoever is told of them in their order.
 */
public final class History {
    /** How many snapshots, and events for each resource, are kept unless told otherwise. */
    public static final int DEFAULT_WINDOW = 8192;

    private final int window;
    private final ConcurrentHashMap<String, EventLog> logs = new ConcurrentHashMap<>();
    /** The last snapshots by the order of their coming; guarded by this. */
    private final Snapshot[] ring;
    /** How many snapshots ever came; guarded by this. */
    private long count;
    /** What came before this is forgotten; guarded by this. */
    private long compacted;
    /** From where on a log that begins now has everything; guarded by this. */
    private long origin;

    private volatile Snapshot latest;
    /** The last revision whose events the logs hold: at most one commit behind {@code latest}, while it is published. */
    private volatile long delivered;

    /** Goes on from {@code start}, before which nothing is known. */
    public History(Snapshot start, int window) {
        this.window = window;
        this.ring = new Snapshot[window];
        this.latest = start;
        keep(start);
        this.origin = start.revision();
        this.compacted = start.revision();
        this.delivered = start.revision();
    }

    /** The state after the last commit that was published. */
    public Snapshot latest() {
        return latest;
    }

    /** The state right after the last commit up to {@code revision}; empty when that lies ahead or is forgotten. */
    public synchronized Optional<Snapshot> at(long revision) {
        if (revision < compacted || revision > latest.revision()) {
            return Optional.empty();
        }
        long low = Math.max(0, count - window);
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ring[slot(middle)].revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == Math.max(0, count - window) ? Optional.empty() : Optional.of(ring[slot(low - 1)]);
    }

    /** The oldest state that can be read. */
    public synchronized Snapshot oldest() {
        Snapshot first = ring[slot(Math.max(0, count - window))];
        return at(Math.max(compacted, first.revision())).orElseThrow();
    }

    /**
     * Makes {@code next} the latest state and tells the watches.
     *
     * @return what wakes the watches: to be run as soon as the caller holds no lock
     */
    public synchronized List<Runnable> publish(Draft next) {
        Snapshot after = next.snapshot();
        keep(after);
        latest = after;
        var woken = new ArrayList<Runnable>();
        next.changes().forEach(change -> log(change.resource()).append(change.event(), woken));
        delivered = after.revision();
        return woken;
    }

    /**
     * Goes on from {@code start} where nothing is known of what lies between: everything before is forgotten, and watches
     * that have not seen it are refused.
     *
     * @return what wakes the watches: to be run as soon as the caller holds no lock
     */
    public synchronized List<Runnable> restart(Snapshot start) {
        count = 0;
        keep(start);
        origin = start.revision();
        compacted = start.revision();
        latest = start;
        var woken = new ArrayList<Runnable>();
        logs.values().forEach(log -> log.restart(start.revision(), woken));
        delivered = start.revision();
        return woken;
    }

    /** @see Store#watch */
    public Watch watch(String resource, long afterRevision, Interest interest, Runnable wake) {
        return log(resource).watch(afterRevision, interest, wake, () -> delivered);
    }

    /** @see Store#compact */
    public synchronized void compact(long revision) {
        compacted = Math.max(compacted, Math.min(revision, latest.revision()));
        logs.values().forEach(log -> log.compact(compacted));
    }

    private EventLog log(String resource) {
        EventLog known = logs.get(resource);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            return logs.computeIfAbsent(resource, name -> new EventLog(window, origin));
        }
    }

    private void keep(Snapshot snapshot) {
        ring[slot(count++)] = snapshot;
    }

    private int slot(long sequence) {
        return (int) (sequence % window);
    }
}
