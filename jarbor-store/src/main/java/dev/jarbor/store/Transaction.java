package dev.jarbor.store;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.SharedValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Writes that happen together or not at all. A key appears at most once. */
public record Transaction(List<Write> writes) {
    public Transaction {
        writes = List.copyOf(writes);
        if (writes.isEmpty()) {
            throw new IllegalArgumentException("a transaction needs at least one write");
        }
        if (writes.size() > 1) {
            requireDistinct(writes);
        }
    }

    private static void requireDistinct(List<Write> writes) {
        var seen = new HashSet<Place>();
        for (Write write : writes) {
            if (!seen.add(new Place(write.resource(), write.key()))) {
                throw new IllegalArgumentException(
                        "a transaction writes " + write.resource() + " " + write.key() + " twice");
            }
        }
    }

    private record Place(String resource, ObjectKey key) {}

    public static Transaction of(Write... writes) {
        return new Transaction(List.of(writes));
    }

    /**
     * The same, its objects made of parts that were seen before where there were equal ones.
     *
     * @param now a state whose objects are made so
     */
    public Transaction sharing(SharedValues parts, Snapshot now) {
        var shared = new ArrayList<Write>(writes.size());
        for (Write write : writes) {
            shared.add(
                    write instanceof Put put
                            ? new Put(put.resource(), put.key(), shared(put, parts, now), put.expectedRevision())
                            : write);
        }
        return new Transaction(shared);
    }

    private static ObjectValue shared(Put put, SharedValues parts, Snapshot now) {
        return now.get(put.resource(), put.key())
                .map(before -> parts.share(put.object(), before))
                .orElseGet(() -> parts.share(put.object()));
    }

    /** The key must not exist. */
    public static final long ABSENT = 0;
    /** Any state of the key will do. */
    public static final long ANY = -1;

    /** A change to one key that holds only if the key's object is at {@code expectedRevision}. */
    public sealed interface Write {
        String resource();

        ObjectKey key();

        /** The revision the object must be at, {@link #ABSENT}, or {@link #ANY}. */
        long expectedRevision();

        /** Whether the write may happen where {@code found} is what its key holds. */
        default boolean holdsFor(Optional<ObjectValue> found) {
            if (this instanceof Delete && found.isEmpty()) {
                return false;
            }
            return expectedRevision() == ANY
                    || expectedRevision() == found.map(Draft::revisionOf).orElse(ABSENT);
        }
    }

    /** Writes {@code object} under the key; the store sets its resource version. */
    public record Put(String resource, ObjectKey key, ObjectValue object, long expectedRevision) implements Write {}

    /** Removes the key; fails as a conflict when there is nothing to remove. */
    public record Delete(String resource, ObjectKey key, long expectedRevision) implements Write {}

    /** Changes nothing: only requires the key to be at the expected revision when the rest commits. */
    public record Require(String resource, ObjectKey key, long expectedRevision) implements Write {}
}
