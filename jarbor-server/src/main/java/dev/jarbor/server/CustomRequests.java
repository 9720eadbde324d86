package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.Reason;
import dev.jarbor.client.Verb;
import dev.jarbor.server.registry.CustomVersion;

/** What holds for every request for a custom resource, before anything is done. */
final class CustomRequests {
    private CustomRequests() {}

    /** Refuses new objects of a definition that is being deleted. */
    static void check(Call call) {
        CustomVersion custom = call.resource().custom();
        if (custom.isCustom() && custom.terminating() && call.verb() == Verb.CREATE) {
            throw terminating(call);
        }
    }

    static ApiException terminating(Call call) {
        return new ApiException(ApiStatus.failure(
                Reason.METHOD_NOT_ALLOWED,
                call.verb().word() + " not allowed while custom resource definition is terminating",
                Details.of(call.resource().groupResource(), "")));
    }
}
