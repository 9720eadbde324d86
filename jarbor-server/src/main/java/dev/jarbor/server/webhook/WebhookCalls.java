package dev.jarbor.server.webhook;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Review;
import java.util.Optional;

/** Asks one webhook about one review, and speaks the reference's words about what comes of it. */
final class WebhookCalls {
    private static final int LEAST_REFUSAL = 400;

    private final WebhookClient client;
    private final Runtime runtime;

    WebhookCalls(WebhookClient client, Runtime runtime) {
        this.client = client;
        this.runtime = runtime;
    }

    /**
     * The response of a webhook that allows.
     *
     * @return empty where it could not be asked and that does not matter
     * @throws ApiException where it denies, or could not be asked and that matters
     */
    Optional<ObjectValue> ask(Invocation invocation, Review review, boolean mutating) {
        Webhook webhook = invocation.webhook();
        if (review.dryRun() && !webhook.toleratesDryRun()) {
            throw ApiException.badRequest(
                    "admission webhook " + GoText.quote(webhook.name()) + " does not support dry run");
        }
        try {
            ObjectValue response = call(invocation, review, mutating);
            response.object("auditAnnotations")
                    .strings()
                    .forEach((key, value) -> review.annotations().add(webhook.name() + "/" + key, value));
            response.list("warnings").strings().forEach(review.warnings()::add);
            if (!response.bool("allowed")) {
                throw denied(webhook, response.object("status"));
            }
            return Optional.of(response);
        } catch (WebhookCallException failure) {
            return failed(webhook, failure.reason());
        }
    }

    private ObjectValue call(Invocation invocation, Review review, boolean mutating) {
        Webhook webhook = invocation.webhook();
        if (webhook.reviewVersion().isEmpty()) {
            throw new WebhookCallException(
                    "could not create admission objects: webhook does not accept known AdmissionReview versions"
                            + " (v1, v1beta1)");
        }
        String uid = runtime.newUid();
        ObjectValue answer;
        try {
            answer = client.post(webhook.client(), AdmissionReview.of(invocation, review, uid), webhook.timeout());
        } catch (WebhookCallException failure) {
            throw new WebhookCallException("failed to call webhook: " + failure.reason(), failure);
        }
        try {
            return AdmissionReview.response(answer, webhook.reviewVersion(), uid, mutating);
        } catch (WebhookCallException failure) {
            throw new WebhookCallException("received invalid webhook response: " + failure.reason(), failure);
        }
    }

    /** What a webhook that could not be asked means for the request. */
    static Optional<ObjectValue> failed(Webhook webhook, String reason) {
        if (webhook.failsOpen()) {
            return Optional.empty();
        }
        throw ApiException.internalError("failed calling webhook " + GoText.quote(webhook.name()) + ": " + reason);
    }

    private static ApiException denied(Webhook webhook, ObjectValue status) {
        String by = "admission webhook " + GoText.quote(webhook.name()) + " denied the request";
        String why = status.string("message").isEmpty() ? status.string("reason") : status.string("message");
        ApiStatus said = ApiStatus.read(status);
        int code = (int) status.integer("code");
        return new ApiException(new ApiStatus(
                false,
                Math.max(code, LEAST_REFUSAL),
                said.reason(),
                why.isEmpty() ? by + " without explanation" : by + ": " + why,
                said.details()));
    }
}
