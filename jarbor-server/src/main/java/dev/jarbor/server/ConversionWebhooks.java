package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.webhook.ClientConfig;
import dev.jarbor.server.webhook.WebhookCallException;
import dev.jarbor.server.webhook.WebhookClient;
import java.time.Duration;

/** Asks webhooks to convert custom resources from one version to another. */
record ConversionWebhooks(WebhookClient webhooks) {
    /** As long as the reference waits for one. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** @throws ApiException when there is no answer, in the reference's words */
    ObjectValue converted(ObjectValue client, ObjectValue review) {
        try {
            return webhooks.post(ClientConfig.of(client), review, TIMEOUT);
        } catch (WebhookCallException failed) {
            throw new ApiException(ApiException.unknown(failed.reason()).status(), failed);
        }
    }
}
