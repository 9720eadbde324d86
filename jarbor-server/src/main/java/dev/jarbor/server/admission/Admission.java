package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;

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
}
