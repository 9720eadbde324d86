package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Removes events that nobody has written to for longer than their time to live, whose watches then hear DELETED.
 *
 * <p>What it decides follows from the events alone, so that nothing is lost when the server starts anew and several servers
 * on one store do not disturb each other: an event is as old as its creation or its latest managed fields, whichever is later.
 * A sweep is due each tenth of the time to live (at most each minute, at least each second) and removes
 * at most {@value #MOST_AT_ONCE} events in a transaction.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver, {@code
 *     --event-ttl}</a>
 */
final class EventExpiry implements AutoCloseable {
    private static final String EVENTS = "events";
    private static final int MOST_AT_ONCE = 500;
    private static final Duration OFTEN = Duration.ofSeconds(1);
    private static final Duration SELDOM = Duration.ofMinutes(1);

    private final Store store;
    private final Runtime runtime;
    private final Duration ttl;
    private volatile Runtime.Timer timer = () -> {};
    private volatile boolean closed;

    EventExpiry(Store store, Runtime runtime, Duration ttl) {
        this.store = store;
        this.runtime = runtime;
        this.ttl = ttl;
    }

    /** Begins to sweep; never, where events are kept for ever. */
    void start() {
        if (!ttl.isZero()) {
            sweepLater();
        }
    }

    private void sweepLater() {
        Duration tenth = ttl.dividedBy(10);
        Duration pause = tenth.compareTo(SELDOM) > 0 ? SELDOM : tenth.compareTo(OFTEN) < 0 ? OFTEN : tenth;
        timer = runtime.beat("expiry of events", pause, () -> {
            if (!closed) {
                sweep();
                sweepLater();
            }
        });
    }

    private void sweep() {
        Instant now = runtime.now();
        Instant oldest = now.minus(ttl);
        List<Transaction.Write> due = new ArrayList<>();
        store.snapshot().all(EVENTS).forEach((key, event) -> {
            if (lastWritten(event, now).map(oldest::isAfter).orElse(false)) {
                String revision = event.object("metadata").string("resourceVersion");
                due.add(new Transaction.Delete(EVENTS, key, Long.parseLong(revision)));
            }
        });
        for (int from = 0; from < due.size(); from += MOST_AT_ONCE) {
            remove(due.subList(from, Math.min(due.size(), from + MOST_AT_ONCE)));
        }
    }

    /** Where somebody writes to one of them meanwhile, the others are still removed. */
    private void remove(List<Transaction.Write> due) {
        if (!(store.commit(new Transaction(due)) instanceof Commit.Done) && due.size() > 1) {
            due.forEach(one -> store.commit(Transaction.of(one)));
        }
    }

    /** Only what the server writes counts, so that no client keeps an event for ever. */
    private static Optional<Instant> lastWritten(ObjectValue event, Instant now) {
        ObjectValue metadata = event.object("metadata");
        return Stream.concat(
                        Stream.of(metadata.valueOrNull("creationTimestamp")),
                        metadata.list("managedFields").objects().stream().map(entry -> entry.valueOrNull("time")))
                .flatMap(time -> Fields.time(time).stream())
                .filter(time -> !time.isAfter(now))
                .max(Instant::compareTo);
    }

    @Override
    public void close() {
        closed = true;
        timer.cancel();
    }
}
