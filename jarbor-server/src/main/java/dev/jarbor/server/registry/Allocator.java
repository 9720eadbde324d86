package dev.jarbor.server.registry;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Transaction;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives objects of a kind what there is only one of, such as a Service's cluster IP. What is given is an object of its
 * own in the store, written in the same transaction: so nothing is given twice, and nothing is lost when a write fails.
 */
public interface Allocator {
    /** Gives nothing. */
    Allocator NONE = new Allocator() {};

    /**
     * @param object the object with what it was given
     * @param writes what must be written together with it
     * @param count counts what was given; to be run once all of it is written
     */
    record Allocated(ObjectValue object, List<Transaction.Write> writes, Runnable count) {
        public Allocated {
            writes = List.copyOf(writes);
        }

        /** Nothing that anybody counts. */
        public Allocated(ObjectValue object, List<Transaction.Write> writes) {
            this(object, writes, () -> {});
        }

        /** The same with {@code more} to write. */
        public Allocated with(List<Transaction.Write> more) {
            return new Allocated(
                    object, Stream.concat(writes.stream(), more.stream()).toList(), count);
        }
    }

    /** The same for what is only tried: neither what it would give nor what it has not is counted. */
    default Allocator onTrial() {
        return this;
    }

    default Allocated onCreate(ObjectValue object, Snapshot now) {
        return new Allocated(object, List.of());
    }

    default Allocated onUpdate(ObjectValue before, ObjectValue after, Snapshot now) {
        return new Allocated(after, List.of());
    }

    /** What must be taken back when {@code object} goes. */
    default List<Transaction.Write> onDelete(ObjectValue object, Snapshot now) {
        return List.of();
    }
}
