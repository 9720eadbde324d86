package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The pods that have no node yet, in the order in which they are tried: highest priority first, then first come first
 * served. A pod that found no node rests until something changes, and then at least its back-off (1 s, doubling to 10 s);
 * one that rested for five minutes is tried again anyway. One owner; not thread-safe; bounded by the pods there are.
 */
final class WaitingPods {
    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    static final Duration LONGEST_REST = Duration.ofMinutes(5);

    private static final Comparator<Entry> FIRST_COME = Comparator.comparingLong(entry -> entry.arrival);
    private static final Comparator<Entry> ORDER = Comparator.comparingInt(
                    (Entry entry) -> -entry.pod.spec().priority())
            .thenComparing(FIRST_COME);
    private static final Comparator<Entry> BY_DUE =
            Comparator.comparing((Entry entry) -> entry.due).thenComparing(FIRST_COME);

    private final Map<ObjectKey, Entry> entries = new HashMap<>();
    /** Each entry is in one of these three. */
    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);

    private final TreeSet<Entry> backingOff = new TreeSet<>(BY_DUE);
    private final TreeSet<Entry> resting = new TreeSet<>(BY_DUE);
    private long arrivals;

    /** What a set sorts by changes only while the entry is in none. */
    private static final class Entry {
        private Pod pod;
        private final long arrival;
        private Set<Entry> place;
        private int attempts;
        private final Instant arrived;
        private Instant lastAttempt = Instant.MIN;
        private Instant due = Instant.MIN;

        Entry(Pod pod, long arrival, Instant arrived, Set<Entry> place) {
            this.pod = pod;
            this.arrival = arrival;
            this.arrived = arrived;
            this.place = place;
        }

        Instant backoffEnd() {
            Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempts - 1, 10));
            return lastAttempt.plus(backoff.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff);
        }

        void leave() {
            place.remove(this);
        }

        void enter(Set<Entry> next) {
            place = next;
            next.add(this);
        }
    }

    /** How often a pod was tried, and since when it has been here. */
    record Tries(int count, Instant since) {}

    /** How many pods there are in each of the three places. */
    record Sizes(int ready, int backingOff, int resting) {}

    Optional<Tries> tries(ObjectKey key) {
        return Optional.ofNullable(entries.get(key)).map(entry -> new Tries(entry.attempts, entry.arrived));
    }

    /** May be asked by any thread; what is just moving may be missed or counted twice. */
    Sizes sizes() {
        return new Sizes(ready.size(), backingOff.size(), resting.size());
    }

    /** Adds the pod, or takes its new state; a changed pod may fit where the old one did not. */
    void put(Pod pod, boolean changed, Instant now) {
        Entry known = entries.get(pod.key());
        if (known == null) {
            var entry = new Entry(pod, arrivals++, now, ready);
            entries.put(pod.key(), entry);
            ready.add(entry);
            return;
        }
        known.leave();
        known.pod = pod;
        known.enter(known.place);
        if (changed && resting.contains(known)) {
            backOff(known);
        }
    }

    private void backOff(Entry entry) {
        entry.leave();
        entry.due = entry.backoffEnd();
        entry.enter(backingOff);
    }

    void remove(ObjectKey key) {
        Entry known = entries.remove(key);
        if (known != null) {
            known.leave();
        }
    }

    boolean contains(ObjectKey key) {
        return entries.containsKey(key);
    }

    /** The cluster has changed in a way that may help: all resting pods are tried once their back-off is over. */
    void clusterChanged() {
        List.copyOf(resting).forEach(this::backOff);
    }

    /** The next pod to try; it rests from now on. */
    Optional<Pod> next(Instant now) {
        wake(backingOff, now);
        wake(resting, now);
        Entry first = ready.pollFirst();
        if (first == null) {
            return Optional.empty();
        }
        first.attempts++;
        first.lastAttempt = now;
        first.due = now.plus(LONGEST_REST);
        first.enter(resting);
        return Optional.of(first.pod);
    }

    private void wake(SortedSet<Entry> waiting, Instant now) {
        while (!waiting.isEmpty() && !waiting.first().due.isAfter(now)) {
            Entry due = waiting.first();
            due.leave();
            due.enter(ready);
        }
    }

    /** When the next resting pod will be due; empty when none rests or one is ready already. */
    Optional<Instant> nextDue() {
        if (!ready.isEmpty()) {
            return Optional.empty();
        }
        return Stream.of(backingOff, resting)
                .filter(waiting -> !waiting.isEmpty())
                .map(waiting -> waiting.first().due)
                .min(Comparator.naturalOrder());
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }
}
