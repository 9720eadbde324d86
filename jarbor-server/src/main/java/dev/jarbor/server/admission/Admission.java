package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Transaction;
import java.util.List;

/**
 * One step of admission: may change an object on its way in, and may refuse it by throwing {@link
 * dev.jarbor.api.status.ApiException}.
 */
public interface Admission {
    /** The object as it should be, before it is validated; must answer the same when asked twice. */
    default ObjectValue mutate(Review review) {
        return review.object();
    }

    /** Looks at the object as it will be stored. */
    default void validate(Review review) {}

    /** Both halves, where nothing comes between them; the object as it should be. */
    default ObjectValue admit(Review review) {
        ObjectValue mutated = mutate(review);
        validate(review.withObject(mutated));
        return mutated;
    }

    /**
     * What must be written in the very transaction that writes the object, such as what it uses of a quota. Asked after
     * {@link #validate}, of creations and updates; where the transaction fails, everything is decided anew.
     */
    default List<Transaction.Write> charge(Review review) {
        return List.of();
    }
}
