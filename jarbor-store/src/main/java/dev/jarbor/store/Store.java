package dev.jarbor.store;

import java.util.Optional;

/**
 * Holds the objects of a cluster. One decimal sequence of revisions counts the commits of the whole store; an object's
 * {@code metadata.resourceVersion} is the revision of the commit that wrote it, and the store is who writes it there.
 *
 * <p>Reads are lock-free on immutable snapshots; commits are serialised. Safe to call from any thread.
 */
public interface Store extends AutoCloseable {
    /** The state after the latest commit. */
    Snapshot snapshot();

    /** The state as it was right after the commit {@code revision}; empty when it lies ahead or has been compacted. */
    Optional<Snapshot> snapshotAt(long revision);

    /** Applies all writes of {@code transaction} as one revision, or none of them. */
    Commit commit(Transaction transaction);

    /**
     * Starts a watch of one resource that reports each later commit exactly once.
     *
     * @param afterRevision the last revision the caller has seen; the first event is the one after it
     * @param wake called, at most once until the next {@link Watch#poll} that finds nothing more, when there is
     *     something to poll; must return quickly and must not call back into the store
     * @throws CompactedException when events after {@code afterRevision} are no longer kept
     */
    Watch watch(String resource, long afterRevision, Runnable wake);

    /** Forgets history before {@code revision}: watches and reads from before it are then refused. */
    void compact(long revision);

    @Override
    void close();
}
