package dev.jarbor.server.webhook;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.ServedResource;

/**
 * A webhook that is to be called for a review.
 *
 * @param resource the version in which the webhook wants the object: the one asked for, or an equivalent one
 */
record Invocation(Webhook webhook, ServedResource resource) {
    /** The kind of the objects that the webhook gets. */
    GroupVersionKind kind(Review review) {
        return review.isOfResourceKind() ? resource.definition().groupVersionKind() : review.kind();
    }

    /** An object of {@code review} as the webhook gets it; empty where there is none. */
    ObjectValue shown(Review review, ObjectValue object) {
        return object.isEmpty() || !review.isOfResourceKind() ? object : resource.shown(object);
    }
}
