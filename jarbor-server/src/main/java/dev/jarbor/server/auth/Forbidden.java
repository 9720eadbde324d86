package dev.jarbor.server.auth;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.status.Reason;
import java.util.List;

/** The reference's words for what a user may not do. */
public final class Forbidden {
    private Forbidden() {}

    /** @param reason what the authorizers said; "" for nothing */
    public static ApiException refusal(Attributes asked, String reason) {
        if (!asked.isResourceRequest()) {
            return new ApiException(ApiStatus.failure(
                    Reason.FORBIDDEN,
                    "forbidden: " + because(message(asked), reason),
                    Details.NONE.withCauses(List.of())));
        }
        return ApiException.forbidden(
                new GroupResource(asked.group(), asked.resource()), asked.name(), because(message(asked), reason));
    }

    private static String because(String message, String reason) {
        return reason.isEmpty() ? message : message + ": " + reason;
    }

    private static String message(Attributes asked) {
        String who = "User " + GoText.quote(asked.user().name()) + " cannot " + asked.verb();
        if (!asked.isResourceRequest()) {
            return who + " path " + GoText.quote(asked.path());
        }
        return who + " resource " + GoText.quote(asked.resourceAndSubresource()) + " in API group "
                + GoText.quote(asked.group())
                + (asked.namespace().isEmpty()
                        ? " at the cluster scope"
                        : " in the namespace " + GoText.quote(asked.namespace()));
    }
}
