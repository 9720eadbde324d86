package dev.jarbor.store;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;

/** What became of a transaction. */
public sealed interface Commit {
    /**
     * Everything was written.
     *
     * @param revision the new revision
     * @param objects one for each write, in order, with the resource version set; for a deletion the last state, with
     *     the revision of the deletion as its resource version
     */
    record Done(long revision, List<ObjectValue> objects) implements Commit {}

    /** Nothing was written, because {@code write} met {@code found} instead of what it expected. */
    record Conflict(Transaction.Write write, Optional<ObjectValue> found) implements Commit {}
}
