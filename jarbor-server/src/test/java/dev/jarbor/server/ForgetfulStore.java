package dev.jarbor.server;

import dev.jarbor.store.Commit;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.util.Optional;

/** A store of whose history another process may have less, as those that several servers share. */
final class ForgetfulStore implements Store {
    private final Store all = new MemoryStore();

    @Override
    public Snapshot snapshot() {
        return all.snapshot();
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        return all.snapshotAt(revision);
    }

    @Override
    public Commit commit(Transaction transaction) {
        return all.commit(transaction);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return all.watch(resource, afterRevision, wake);
    }

    @Override
    public void compact(long revision) {
        all.compact(revision);
    }

    @Override
    public void close() {
        all.close();
    }
}
