package dev.jarbor.store;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.SharedValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.pcollections.HashPMap;
import org.pcollections.TreePMap;

/**
 * Keeps everything in memory and nothing after the process ends. A commit makes the next {@link Snapshot} from the last
 * one, publishes it, appends its events to the log of each resource, and wakes the watches.
 *
 * <p>History is bounded: the last {@code window} revisions can be read exactly, and each resource keeps its last {@code
 * window} events for watches.
 */
public final class MemoryStore implements Store {
    /** How many revisions, and events for each resource, are kept unless told otherwise. */
    public static final int DEFAULT_WINDOW = 8192;

    private final Object commits = new Object();
    private final SharedValues parts = new SharedValues();
    private final int window;
    private final AtomicReferenceArray<Snapshot> history;
    private final ConcurrentHashMap<String, EventLog> logs = new ConcurrentHashMap<>();
    private final long origin;
    private volatile Snapshot latest;
    private volatile long compacted;
    /** The last revision whose events the logs hold: at most one behind {@code latest}, while a commit publishes. */
    private volatile long delivered;

    public MemoryStore() {
        this(Snapshot.EMPTY, DEFAULT_WINDOW);
    }

    /** A store that goes on from {@code start}, sharing all its objects: how a cluster is forked. */
    public MemoryStore(Snapshot start, int window) {
        this.window = window;
        this.history = new AtomicReferenceArray<>(window);
        this.origin = start.revision();
        this.compacted = start.revision();
        this.latest = start;
        this.delivered = start.revision();
        history.set(slot(start.revision()), start);
    }

    @Override
    public Snapshot snapshot() {
        return latest;
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        if (revision < compacted) {
            return Optional.empty();
        }
        Snapshot kept = history.get(slot(revision));
        return kept != null && kept.revision() == revision ? Optional.of(kept) : Optional.empty();
    }

    @Override
    public Commit commit(Transaction transaction) {
        var woken = new ArrayList<Runnable>();
        Transaction thrifty =
                new Transaction(transaction.writes().stream().map(this::shared).toList());
        Commit outcome;
        synchronized (commits) {
            outcome = decide(thrifty, woken);
        }
        woken.forEach(Runnable::run);
        return outcome;
    }

    /** What is stored shares its equal parts with what was stored before. */
    private Transaction.Write shared(Transaction.Write write) {
        return switch (write) {
            case Transaction.Put put ->
                new Transaction.Put(put.resource(), put.key(), parts.share(put.object()), put.expectedRevision());
            case Transaction.Delete delete -> delete;
            case Transaction.Require require -> require;
        };
    }

    private Commit decide(Transaction transaction, List<Runnable> woken) {
        Snapshot now = latest;
        long revision = now.revision() + 1;
        HashPMap<String, TreePMap<ObjectKey, ObjectValue>> resources = now.resources();
        var objects = new ArrayList<ObjectValue>(transaction.writes().size());
        var events = new ArrayList<Runnable>(transaction.writes().size());
        for (Transaction.Write write : transaction.writes()) {
            TreePMap<ObjectKey, ObjectValue> all = resources.getOrDefault(write.resource(), TreePMap.empty());
            ObjectValue before = all.get(write.key());
            if (!holds(write, Optional.ofNullable(before))) {
                return new Commit.Conflict(write, Optional.ofNullable(before));
            }
            EventLog log = log(write.resource());
            switch (write) {
                case Transaction.Put put -> {
                    ObjectValue after = stamped(put.object(), revision);
                    resources = resources.plus(put.resource(), all.plus(put.key(), after));
                    objects.add(after);
                    StoreEvent event = before == null
                            ? new StoreEvent.Created(revision, put.key(), after)
                            : new StoreEvent.Updated(revision, put.key(), before, after);
                    events.add(() -> log.append(event, woken));
                }
                case Transaction.Delete delete -> {
                    if (before == null) {
                        return new Commit.Conflict(write, Optional.empty());
                    }
                    ObjectValue last = stamped(before, revision);
                    TreePMap<ObjectKey, ObjectValue> rest = all.minus(delete.key());
                    resources = rest.isEmpty()
                            ? resources.minus(delete.resource())
                            : resources.plus(delete.resource(), rest);
                    objects.add(last);
                    StoreEvent event = new StoreEvent.Deleted(revision, delete.key(), last);
                    events.add(() -> log.append(event, woken));
                }
                case Transaction.Require ignored -> objects.add(before == null ? ObjectValue.EMPTY : before);
            }
        }
        Snapshot next = now.next(resources);
        history.set(slot(revision), next);
        latest = next;
        if (revision - window + 1 > compacted) {
            compacted = revision - window + 1;
        }
        events.forEach(Runnable::run);
        delivered = revision;
        return new Commit.Done(revision, objects);
    }

    private static boolean holds(Transaction.Write write, Optional<ObjectValue> found) {
        if (write.expectedRevision() == Transaction.ANY) {
            return true;
        }
        return write.expectedRevision() == found.map(MemoryStore::revisionOf).orElse(Transaction.ABSENT);
    }

    private static long revisionOf(ObjectValue object) {
        return Long.parseLong(object.object("metadata").string("resourceVersion"));
    }

    private static ObjectValue stamped(ObjectValue object, long revision) {
        return object.update("metadata", metadata -> metadata.with("resourceVersion", Long.toString(revision)));
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return log(resource).watch(afterRevision, wake, () -> delivered);
    }

    @Override
    public void compact(long revision) {
        synchronized (commits) {
            compacted = Math.max(compacted, Math.min(revision, latest.revision()));
            logs.values().forEach(log -> log.compact(compacted));
        }
    }

    @Override
    public void close() {
        logs.clear();
    }

    private EventLog log(String resource) {
        return logs.computeIfAbsent(resource, name -> new EventLog(window, origin));
    }

    private int slot(long revision) {
        return (int) (revision % window);
    }
}
