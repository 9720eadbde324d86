package dev.jarbor.server.webhook;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import java.util.List;

/** Decides on the {@code matchConditions} of a webhook. */
public interface Conditions {
    /** Knows no expressions: a webhook that has conditions is not called, and the request fails. */
    Conditions UNKNOWN = (conditions, review, object, before) -> {
        throw new IllegalArgumentException("match conditions are not supported by this server");
    };

    /**
     * Whether all conditions hold.
     *
     * @param conditions each with a name and an expression
     * @param object as the webhook would get it; empty where there is none
     * @param before as the webhook would get it; empty where there is none
     * @throws IllegalArgumentException when one of them cannot be decided and none is false
     */
    boolean hold(List<ObjectValue> conditions, Review review, ObjectValue object, ObjectValue before);
}
