package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.etcd.proto.Event;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Draft;
import dev.jarbor.store.History;
import dev.jarbor.store.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The state as far as etcd's events have told it, and those who wait for more. Events are told by one thread at a time. */
final class Cache {
    private final EtcdKeys keys;
    private final Records records;
    private final Runtime runtime;
    private final History history;
    private final Revisions revisions;
    /** The commits that somebody here wants to hear of, by name; the revision once they have come, 0 before. */
    private final ConcurrentHashMap<ByteString, Long> expected = new ConcurrentHashMap<>();

    private final AtomicInteger restarts = new AtomicInteger();

    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();

    private record Waiter(long revision, CountDownLatch come) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return Long.compare(revision, other.revision);
        }
    }

    Cache(EtcdKeys keys, Records records, Revisions revisions, Runtime runtime, History history) {
        this.revisions = revisions;
        this.keys = keys;
        this.records = records;
        this.runtime = runtime;
        this.history = history;
    }

    History history() {
        return history;
    }

    long revision() {
        return history.latest().revision();
    }

    /** Takes in whole commits, in their order. */
    void apply(List<Event> events) {
        int from = 0;
        while (from < events.size()) {
            long revision = events.get(from).getKv().getModRevision();
            int to = from;
            while (to < events.size() && events.get(to).getKv().getModRevision() == revision) {
                to++;
            }
            commit(revisions.of(revision), events.subList(from, to));
            from = to;
        }
    }

    private void commit(long revision, List<Event> events) {
        Snapshot now = history.latest();
        if (revision <= now.revision()) {
            return;
        }
        var draft = new Draft(now, revision);
        for (Event event : events) {
            expected.computeIfPresent(event.getKv().getValue(), (name, none) -> revision);
            keys.place(event.getKv().getKey()).ifPresent(place -> {
                switch (event.getType()) {
                    case PUT -> draft.put(place.resource(), place.key(), records.object(place, event.getKv()));
                    case DELETE -> draft.delete(place.resource(), place.key());
                    case UNRECOGNIZED -> throw new IllegalStateException("an unknown kind of event: " + event);
                }
            });
        }
        // Watches are woken before whoever committed goes on, as by any other store.
        history.publish(draft).forEach(Runnable::run);
        release(revision);
    }

    /** From now on remembers at which revision the commit of that name comes. */
    void expect(ByteString name) {
        expected.put(name, 0L);
    }

    /** The revision of the commit of that name, which is expected; empty when it has not come. */
    OptionalLong heard(ByteString name) {
        long revision = expected.getOrDefault(name, 0L);
        return revision == 0 ? OptionalLong.empty() : OptionalLong.of(revision);
    }

    void expectNoMore(ByteString name) {
        expected.remove(name);
    }

    /** How often everything was read anew: what came meanwhile nobody was told. */
    int restarts() {
        return restarts.get();
    }

    /** Goes on from {@code state}: what lies between is not known. */
    void restart(Snapshot state) {
        restarts.incrementAndGet();
        history.restart(state).forEach(Runnable::run);
        release(state.revision());
    }

    private void release(long revision) {
        synchronized (waiters) {
            for (Waiter first = waiters.peek(); first != null && first.revision <= revision; first = waiters.peek()) {
                waiters.remove();
                first.come.countDown();
            }
        }
    }

    /** Waits until {@code revision} is here; whether it is when the time is over. */
    boolean await(long revision, Duration longest) {
        if (revision() >= revision) {
            return true;
        }
        var waiter = new Waiter(revision, new CountDownLatch(1));
        synchronized (waiters) {
            waiters.add(waiter);
        }
        if (revision() >= revision) {
            // It came just before this one stood in line.
            forget(waiter);
            return true;
        }
        long end = runtime.nanoTime() + longest.toNanos();
        try {
            return waiter.come.await(end - runtime.nanoTime(), TimeUnit.NANOSECONDS) || revision() >= revision;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            forget(waiter);
        }
    }

    private void forget(Waiter waiter) {
        synchronized (waiters) {
            waiters.remove(waiter);
        }
    }
}
