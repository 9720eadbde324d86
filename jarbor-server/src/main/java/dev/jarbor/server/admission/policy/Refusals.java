package dev.jarbor.server.admission.policy;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.status.Reason;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import java.util.List;

/** The refusals of policies: worded as Forbidden, with the reason that the policy gives. */
final class Refusals {
    private Refusals() {}

    /** @param reason Unauthorized, Forbidden, Invalid or RequestEntityTooLarge; "" for Invalid */
    static ApiException of(Review review, String message, String reason) {
        ApiStatus forbidden = ApiException.forbidden(review.resource().groupResource(), name(review), message)
                .status();
        Reason said = switch (reason) {
            case "Unauthorized" -> Reason.UNAUTHORIZED;
            case "Forbidden" -> Reason.FORBIDDEN;
            case "RequestEntityTooLarge" -> Reason.REQUEST_ENTITY_TOO_LARGE;
            default -> Reason.INVALID;
        };
        return new ApiException(ApiStatus.failure(
                said, forbidden.message(), forbidden.details().withCauses(List.of(new Cause("", message, "")))));
    }

    /** The object's name, or what it is to begin with. */
    static String name(Review review) {
        if (!review.key().name().isEmpty()) {
            return review.key().name();
        }
        ObjectValue metadata = review.object().object("metadata");
        String name = metadata.string("name");
        String start = metadata.string("generateName");
        return !name.isEmpty() ? name : start.isEmpty() ? "Unknown" : start;
    }
}
