package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The pods that have no node yet, in the order in which they are tried: highest priority first, then first come first
 * served. A pod that found no node rests until something changes, and then at least its back-off (1 s, doubling to 10 s);
 * one that rested for five minutes is tried again anyway. One owner; not thread-safe; bounded by the pods there are.
 */
final class WaitingPods {
    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    static final Duration LONGEST_REST = Duration.ofMinutes(5);

    private static final Comparator<Entry> ORDER = Comparator.comparingInt(
                    (Entry entry) -> -entry.pod.spec().priority())
            .thenComparingLong(entry -> entry.arrival);

    private final Map<ObjectKey, Entry> entries = new HashMap<>();
    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);
    private long arrivals;

    private static final class Entry {
        private Pod pod;
        private final long arrival;
        private int attempts;
        private Instant lastAttempt = Instant.MIN;
        private boolean changedSince;

        Entry(Pod pod, long arrival) {
            this.pod = pod;
            this.arrival = arrival;
        }

        Instant backoffEnd() {
            if (attempts == 0) {
                return Instant.MIN;
            }
            Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempts - 1, 10));
            return lastAttempt.plus(backoff.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff);
        }

        Instant due() {
            return changedSince ? backoffEnd() : lastAttempt.plus(LONGEST_REST);
        }
    }

    /** Adds the pod, or takes its new state; a changed pod may fit where the old one did not. */
    void put(Pod pod, boolean changed) {
        Entry known = entries.get(pod.key());
        if (known == null) {
            var entry = new Entry(pod, arrivals++);
            entries.put(pod.key(), entry);
            ready.add(entry);
            return;
        }
        boolean wasReady = ready.remove(known);
        known.pod = pod;
        known.changedSince |= changed;
        if (wasReady) {
            ready.add(known);
        }
    }

    void remove(ObjectKey key) {
        Entry known = entries.remove(key);
        if (known != null) {
            ready.remove(known);
        }
    }

    boolean contains(ObjectKey key) {
        return entries.containsKey(key);
    }

    /** The cluster has changed in a way that may help: all resting pods are tried once their back-off is over. */
    void clusterChanged() {
        entries.values().forEach(entry -> entry.changedSince = true);
    }

    /** The next pod to try; it leaves the queue. */
    Optional<Pod> next(Instant now) {
        wake(now);
        Entry first = ready.pollFirst();
        if (first == null) {
            return Optional.empty();
        }
        first.attempts++;
        first.lastAttempt = now;
        first.changedSince = false;
        return Optional.of(first.pod);
    }

    /** When the next resting pod will be due; empty when none rests or one is ready already. */
    Optional<Instant> nextDue() {
        if (!ready.isEmpty()) {
            return Optional.empty();
        }
        return entries.values().stream().map(Entry::due).min(Comparator.naturalOrder());
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    private void wake(Instant now) {
        List<Entry> due = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.attempts > 0 && !entry.due().isAfter(now) && !ready.contains(entry)) {
                due.add(entry);
            }
        }
        ready.addAll(due);
    }
}
