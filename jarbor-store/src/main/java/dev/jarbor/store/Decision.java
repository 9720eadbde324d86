package dev.jarbor.store;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a transaction comes to on top of a state: decided, and nothing done about it yet. */
public sealed interface Decision {
    /**
     * It holds.
     *
     * @param draft the state it leads to, as the next revision
     * @param objects one for each write, as in {@link Commit.Done}
     */
    record Accepted(Draft draft, List<ObjectValue> objects) implements Decision {
        public Accepted {
            objects = List.copyOf(objects);
        }

        public Commit.Done done() {
            return new Commit.Done(draft.revision(), objects);
        }
    }

    /** It does not. */
    record Refused(Commit.Conflict conflict) implements Decision {}

    /** Decides {@code transaction} in the state {@code now}. */
    static Decision of(Snapshot now, Transaction transaction) {
        var draft = new Draft(now, now.revision() + 1);
        var objects = new ArrayList<ObjectValue>(transaction.writes().size());
        for (Transaction.Write write : transaction.writes()) {
            Optional<ObjectValue> before = draft.get(write.resource(), write.key());
            if (!write.holdsFor(before)) {
                return new Refused(new Commit.Conflict(write, before));
            }
            switch (write) {
                case Transaction.Put put -> objects.add(draft.put(put.resource(), put.key(), before, put.object()));
                case Transaction.Delete delete ->
                    objects.add(draft.delete(delete.resource(), delete.key()).orElseThrow());
                case Transaction.Require ignored -> objects.add(before.orElse(ObjectValue.EMPTY));
            }
        }
        return new Accepted(draft, objects);
    }
}
