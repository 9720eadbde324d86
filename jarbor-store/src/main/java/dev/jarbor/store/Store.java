package dev.jarbor.store;

import java.util.Optional;

/**
 * Holds the objects of a cluster. One decimal sequence of revisions counts the commits of the whole store; an object's
 * {@code metadata.resourceVersion} is the revision of the commit that wrote it, and the store is who writes it there.
 *
 * <p>Reads are lock-free on immutable snapshots; commits are serialised. Safe to call from any thread.
 */
public interface Store extends AutoCloseable {
    /**
     * The latest state that is known here. Of a store that several servers share it may lack what others have just
     * committed; what was committed through this one it has, unless its connection is disturbed.
     */
    Snapshot snapshot();

    /**
     * The state with every commit that anybody, through any server, was told of before this call: what a read must be
     * answered from that is to be consistent. May ask other machines, and so block.
     *
     * @throws StoreException when that cannot be found out
     */
    default Snapshot current() {
        return snapshot();
    }

    /** The state as it was right after the commit {@code revision}; empty when it lies ahead or is no longer known. */
    Optional<Snapshot> snapshotAt(long revision);

    /**
     * Applies all writes of {@code transaction} as one revision, or none of them.
     *
     * @throws StoreException when nothing was written, or nobody can tell: its {@link StoreException#outcome} says which
     */
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

    /**
     * The same, for a caller who cares only for some of the objects.
     *
     * @param interest events that are not of it need not be reported, and need not wake anybody
     */
    default Watch watch(String resource, long afterRevision, Interest interest, Runnable wake) {
        return watch(resource, afterRevision, wake);
    }

    /**
     * Whether a watch may be resumed from whatever revision was ever told of, however long ago, as long as nothing happens to
     * its kind. Otherwise clients have to be told now and then that other kinds have moved on. Not so where the history is
     * shortened by age, or where another process may go on that has less of it.
     */
    default boolean remembersQuietKinds() {
        return false;
    }

    /** How it stands with what the store rests on, as of the last look; asks nobody. */
    default StoreHealth health() {
        return StoreHealth.GOOD;
    }

    /** From now on tells {@code observer} of what it asks of others; a store that rests on its process asks nobody. */
    default void observe(StoreObserver observer) {}

    /** Forgets history before {@code revision}: watches and reads from before it are then refused. */
    void compact(long revision);

    @Override
    void close();
}
