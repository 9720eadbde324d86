package dev.jarbor.store.linear;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.store.linear.Operation.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds what a watch told against what clients wrote while it ran. The properties are those that the reference asks of
 * etcd's watches: ordered, unique, atomic, resumable, bookmarkable, and no event missed.
 *
 * @see <a href="https://etcd.io/docs/v3.6/learning/api_guarantees/">etcd API guarantees</a>
 */
public final class WatchProperties {
    private WatchProperties() {}

    /** What a watch told, in order. */
    public sealed interface Told {
        /** @param value 0 for a deletion */
        record Change(ObjectKey key, long value, long revision) implements Told {}

        /** Everything up to {@code revision} has been told. */
        record Bookmark(long revision) implements Told {}
    }

    /**
     * What is wrong with what a watch told that began after the revision {@code start}; empty when nothing is.
     *
     * @param history of all writes to the watched resource
     */
    public static Optional<String> objection(long start, List<Told> told, List<Operation> history) {
        long promised = start;
        long last = start;
        var seen = new HashSet<Told.Change>();
        var places = new HashSet<Place>();
        for (Told one : told) {
            switch (one) {
                case Told.Bookmark bookmark -> promised = Math.max(promised, bookmark.revision());
                case Told.Change change -> {
                    if (change.revision() < last) {
                        return Optional.of("not ordered: " + change + " after revision " + last);
                    }
                    if (!places.add(new Place(change.key(), change.revision()))) {
                        return Optional.of("not unique: " + change);
                    }
                    if (change.revision() <= promised) {
                        return Optional.of("not bookmarkable: " + change + " after the promise of " + promised);
                    }
                    if (!explained(change, history)) {
                        return Optional.of("nobody wrote " + change);
                    }
                    last = change.revision();
                    seen.add(change);
                }
            }
        }
        return missed(start, promised, last, seen, history);
    }

    private record Place(ObjectKey key, long revision) {}

    private static boolean explained(Told.Change change, List<Operation> history) {
        return writes(history).stream()
                .anyMatch(write -> write.key().equals(change.key())
                        && write.value() == change.value()
                        && (write.known() ? write.revision() == change.revision() : true));
    }

    /** Whole commits: all that was promised, and of the last revision that was told of all or nothing. */
    private static Optional<String> missed(
            long start, long promised, long last, Set<Told.Change> seen, List<Operation> history) {
        for (Write write : writes(history)) {
            boolean due = write.done() && write.revision() > start && write.revision() <= Math.max(promised, last);
            if (due && !seen.contains(new Told.Change(write.key(), write.value(), write.revision()))) {
                boolean half = seen.stream().anyMatch(change -> change.revision() == write.revision());
                return Optional.of((half ? "not atomic: " : "missed: ") + write);
            }
        }
        return Optional.empty();
    }

    private static List<Write> writes(List<Operation> history) {
        var writes = new ArrayList<Write>();
        for (Operation operation : history) {
            if (operation.action() instanceof Write write) {
                writes.add(write);
            }
        }
        return writes;
    }

    /** What a watch that began after {@code revision} must tell, given what an earlier one told. */
    public static List<Told.Change> after(long revision, List<Told> told) {
        var rest = new ArrayList<Told.Change>();
        for (Told one : told) {
            if (one instanceof Told.Change change && change.revision() > revision) {
                rest.add(change);
            }
        }
        return rest;
    }
}
