package dev.jarbor.store;

import dev.jarbor.api.value.SharedValues;
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
        Transaction thrifty = transaction.sharing(parts, history.latest());
        List<Runnable> woken;
        Commit.Done done;
        synchronized (commits) {
            switch (Decision.of(history.latest(), thrifty)) {
                case Decision.Refused(Commit.Conflict conflict) -> {
                    return conflict;
                }
                case Decision.Accepted accepted -> {
                    woken = history.publish(accepted.draft());
                    done = accepted.done();
                }
            }
        }
        woken.forEach(Runnable::run);
        return done;
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return watch(resource, afterRevision, Interest.ALL, wake);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Interest interest, Runnable wake) {
        return history.watch(resource, afterRevision, interest, wake);
    }

    /** Each kind has a log of its own, which only its own events make longer, and no other process has another one. */
    @Override
    public boolean remembersQuietKinds() {
        return true;
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
