package dev.jarbor.server.customresources;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;

/** Asks a conversion webhook: the port through which custom resources reach the network. */
public interface ConversionCall {
    /** No webhook can be reached. */
    ConversionCall NONE = (clientConfig, review) -> {
        throw ApiException.unknown("no webhook can be reached from here");
    };

    /**
     * Sends {@code review} and returns what came back.
     *
     * @param clientConfig where the webhook is, as the definition says it
     * @throws ApiException when there is no answer; its message says why
     */
    ObjectValue post(ObjectValue clientConfig, ObjectValue review);
}
