package dev.jarbor.server.admission;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;

/** How a step of admission says no. */
public final class Refusal {
    private Refusal() {}

    /** {@code pods "x" is forbidden: why}; an object without a name yet is called by the name it is generated from. */
    public static ApiException forbidden(Review review, String why) {
        return ApiException.forbidden(review.resource().groupResource(), name(review), why);
    }

    private static String name(Review review) {
        if (!review.key().name().isEmpty()) {
            return review.key().name();
        }
        ObjectValue metadata = review.object().object("metadata");
        if (!metadata.string("name").isEmpty()) {
            return metadata.string("name");
        }
        return metadata.string("generateName").isEmpty() ? "Unknown" : metadata.string("generateName");
    }
}
