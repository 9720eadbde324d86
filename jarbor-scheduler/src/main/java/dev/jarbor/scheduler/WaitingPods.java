package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.plugins.ClusterEvent;
import dev.jarbor.scheduler.plugins.Plugin;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The pods that have no node yet, in the order in which they are tried: highest priority first, then first come first
 * served. A pod that found no node rests until something happens that a plugin which refused it waits for; then it backs off
 * (1 s, doubling to 10 s), though not where no other pod is ready. One whose attempt went wrong backs off to the end, and one
 * that rested for five minutes is tried again anyway. One owner; not thread-safe; bounded by the pods there are.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/#queueinghint">Scheduling queue</a>
 */
final class WaitingPods {
    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    static final Duration LONGEST_REST = Duration.ofMinutes(5);

    private static final Comparator<Entry> FIRST_COME = Comparator.comparingLong(entry -> entry.arrival);
    private static final Comparator<Entry> ORDER = Comparator.comparingInt(
                    (Entry entry) -> -entry.pod.spec().priority())
            .thenComparing(FIRST_COME);
    /** Those that are due within the same second go by priority. */
    private static final Comparator<Entry> BY_DUE = Comparator.comparingLong(
                    (Entry entry) -> entry.due.getEpochSecond())
            .thenComparing(ORDER);

    private static final Comparator<Entry> BY_REST =
            Comparator.comparing((Entry entry) -> entry.due).thenComparing(FIRST_COME);

    private final Map<ObjectKey, Entry> entries = new HashMap<>();
    private final BiConsumer<String, String> incoming;
    /** How many pods each plugin keeps waiting; read by any thread. */
    private final ConcurrentSkipListMap<String, Integer> refused = new ConcurrentSkipListMap<>();

    /** Each entry is in one of these. */
    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);

    private final TreeSet<Entry> trying = new TreeSet<>(FIRST_COME);
    private final TreeSet<Entry> backingOff = new TreeSet<>(BY_DUE);
    private final TreeSet<Entry> recovering = new TreeSet<>(BY_REST);
    private final TreeSet<Entry> resting = new TreeSet<>(BY_REST);
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
        /** The plugins that refused it the last time; none where that went wrong. */
        private Set<Plugin> refusing = Set.of();

        private boolean overdue;

        Entry(Pod pod, long arrival, Instant arrived, Set<Entry> place) {
            this.pod = pod;
            this.arrival = arrival;
            this.arrived = arrived;
            this.place = place;
        }

        Instant backoffEnd() {
            Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.clamp(attempts - 1, 0, 10));
            return lastAttempt.plus(backoff.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff);
        }

        boolean waitsFor(Set<Plugin> reconsidering) {
            return refusing.isEmpty() || !Collections.disjoint(refusing, reconsidering);
        }

        void leave() {
            place.remove(this);
        }

        void enter(Set<Entry> next) {
            place.remove(this);
            place = next;
            next.add(this);
        }
    }

    /**
     * How often a pod was tried.
     *
     * @param since when it came
     * @param overdue whether it was tried because nothing had happened for so long
     */
    record Tries(int count, Instant since, boolean overdue) {}

    /** How many pods there are in each place. */
    record Sizes(int ready, int backingOff, int resting) {}

    /** @param incoming hears of each pod that enters a queue: of which one, and why */
    WaitingPods(BiConsumer<String, String> incoming) {
        this.incoming = incoming;
    }

    Optional<Tries> tries(ObjectKey key) {
        return Optional.ofNullable(entries.get(key))
                .map(entry -> new Tries(entry.attempts, entry.arrived, entry.overdue));
    }

    /** May be asked by any thread; what is just moving may be missed or counted twice. */
    Sizes sizes() {
        return new Sizes(ready.size(), backingOff.size() + recovering.size(), resting.size());
    }

    /** How many pods wait because of which plugin; may be asked by any thread. */
    SortedMap<String, Integer> refused() {
        return new TreeMap<>(refused);
    }

    /** Adds the pod, or takes its new state, which makes no difference to its wait. */
    void put(Pod pod, Instant now) {
        Entry known = entries.get(pod.key());
        if (known == null) {
            var entry = new Entry(pod, arrivals++, now, ready);
            entries.put(pod.key(), entry);
            enter(entry, ready, "active", "UnschedulablePodAdd");
            return;
        }
        known.leave();
        known.pod = pod;
        known.enter(known.place);
    }

    /** The pod is another than before, and may fit where the old one did not. */
    void put(Pod pod, ClusterEvent event, Instant now) {
        put(pod, now);
        Entry entry = entries.get(pod.key());
        if (entry != null && resting.contains(entry)) {
            wake(entry, event.label(), now);
        }
    }

    private void enter(Entry entry, Set<Entry> place, String queue, String event) {
        entry.enter(place);
        incoming.accept(queue, event);
    }

    private void wake(Entry entry, String event, Instant now) {
        entry.leave();
        entry.due = entry.backoffEnd();
        if (entry.due.isAfter(now)) {
            enter(entry, backingOff, "backoff", event);
        } else {
            enter(entry, ready, "active", event);
        }
    }

    void remove(ObjectKey key) {
        Entry known = entries.remove(key);
        if (known != null) {
            known.leave();
            forgetRefusals(known);
        }
    }

    boolean contains(ObjectKey key) {
        return entries.containsKey(key);
    }

    /** Something has happened: the resting pods that it may help are tried again. */
    void happened(ClusterEvent event, Instant now) {
        if (resting.isEmpty()) {
            return;
        }
        Set<Plugin> reconsidering = Plugin.reconsidering(event);
        resting.stream()
                .filter(entry -> entry.waitsFor(reconsidering))
                .toList()
                .forEach(entry -> wake(entry, event.label(), now));
    }

    /** The next pod to try; {@link #refused} or {@link #failed} tells what came of it, or it is removed. */
    Optional<Pod> next(Instant now) {
        due(recovering, now).forEach(entry -> enter(entry, ready, "active", "BackoffComplete"));
        due(backingOff, now).forEach(entry -> enter(entry, ready, "active", "BackoffComplete"));
        due(resting, now).forEach(entry -> {
            entry.overdue = true;
            wake(entry, "UnschedulableTimeout", now);
        });
        if (ready.isEmpty() && !backingOff.isEmpty()) {
            enter(backingOff.first(), ready, "active", "PopFromBackoffQ");
        }
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        Entry first = ready.first();
        first.leave();
        forgetRefusals(first);
        first.attempts++;
        first.lastAttempt = now;
        first.enter(trying);
        return Optional.of(first.pod);
    }

    /** Of a set that is sorted by seconds at least. */
    private static List<Entry> due(Set<Entry> waiting, Instant now) {
        return waiting.stream()
                .takeWhile(entry -> entry.due.getEpochSecond() <= now.getEpochSecond())
                .filter(entry -> !entry.due.isAfter(now))
                .toList();
    }

    /** The pod found no node, because of {@code plugins}. */
    void refused(ObjectKey key, Set<Plugin> plugins, Instant now) {
        Entry entry = entries.get(key);
        if (entry != null && trying.contains(entry)) {
            plugins.forEach(plugin -> refused.merge(plugin.label(), 1, Integer::sum));
            entry.refusing = plugins;
            entry.overdue = false;
            entry.due = now.plus(LONGEST_REST);
            enter(entry, resting, "unschedulable", "ScheduleAttemptFailure");
        }
    }

    /**
     * Something went wrong with the pod, or with what was done for it since it was refused, which has nothing to do with the
     * nodes that there are: nothing that happens to them would help it.
     */
    void failed(ObjectKey key) {
        Entry entry = entries.get(key);
        if (entry != null && (trying.contains(entry) || resting.contains(entry))) {
            entry.leave();
            forgetRefusals(entry);
            entry.overdue = false;
            entry.due = entry.backoffEnd();
            enter(entry, recovering, "backoff", "ScheduleAttemptFailure");
        }
    }

    private void forgetRefusals(Entry entry) {
        entry.refusing.forEach(plugin -> refused.merge(plugin.label(), -1, Integer::sum));
        entry.refusing = Set.of();
    }

    /** When the next pod will be due; empty when none rests or one is ready already. */
    Optional<Instant> nextDue() {
        if (hasReady()) {
            return Optional.empty();
        }
        return Stream.of(recovering, resting)
                .filter(waiting -> !waiting.isEmpty())
                .map(waiting -> waiting.first().due)
                .min(Comparator.naturalOrder());
    }

    boolean hasReady() {
        return !ready.isEmpty() || !backingOff.isEmpty();
    }
}
