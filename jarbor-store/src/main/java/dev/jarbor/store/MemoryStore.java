package dev.jarbor.store;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.SharedValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps everything in memory and nothing after the process ends. A commit makes the next {@link Snapshot} from the last
 * one, publishes it, appends its events to the log of each resource, and wakes the watches.
 *
 * <p>What is remembered of the past is bounded, as {@link History} says.
 */
public final class MemoryStore implements Store {
    /** How many revisions, and events for each resource, are kept unless told otherwise. */
    public static final int DEFAULT_WINDOW = History.DEFAULT_WINDOW;

    private final Object commits = new Object();
    private final SharedValues parts = new SharedValues();
    private final History history;

    public MemoryStore() {
        this(Snapshot.EMPTY, DEFAULT_WINDOW);
    }

    /** A store that goes on from {@code start}, sharing all its objects: how a cluster is forked. */
    public MemoryStore(Snapshot start, int window) {
        this.history = new History(start, window);
    }

    @Override
    public Snapshot snapshot() {
        return history.latest();
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        return history.at(revision);
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
        Snapshot now = history.latest();
        var draft = new Draft(now, now.revision() + 1);
        var objects = new ArrayList<ObjectValue>(transaction.writes().size());
        for (Transaction.Write write : transaction.writes()) {
            Optional<ObjectValue> before = draft.get(write.resource(), write.key());
            if (!write.holdsFor(before)) {
                return new Commit.Conflict(write, before);
            }
            switch (write) {
                case Transaction.Put put -> objects.add(draft.put(put.resource(), put.key(), put.object()));
                case Transaction.Delete delete ->
                    objects.add(draft.delete(delete.resource(), delete.key()).orElseThrow());
                case Transaction.Require ignored -> objects.add(before.orElse(ObjectValue.EMPTY));
            }
        }
        woken.addAll(history.publish(draft));
        return new Commit.Done(draft.revision(), objects);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return history.watch(resource, afterRevision, wake);
    }

    @Override
    public void compact(long revision) {
        synchronized (commits) {
            history.compact(revision);
        }
    }

    @Override
    public void close() {}
}
