package dev.jarbor.store;

import java.util.List;

/** A position in the history of one resource. Used by one thread at a time. */
public interface Watch extends AutoCloseable {
    /**
     * The next events in order, at most {@code max}; empty when there are none yet.
     *
     * @throws CompactedException when the caller was so slow that events it has not seen are gone
     */
    List<StoreEvent> poll(int max);

    /** Everything up to this revision has been polled: what a bookmark may promise. */
    long seen();

    /**
     * The revision of the last event of the resource, polled or not; where history was shortened, nothing less than what is
     * forgotten. Who has been told of a revision not less than this may resume from it.
     */
    long latest();

    @Override
    void close();
}
