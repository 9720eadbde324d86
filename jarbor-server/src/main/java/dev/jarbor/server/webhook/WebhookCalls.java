package dev.jarbor.server.webhook;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.Review;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks one webhook about one review, and speaks the reference's words about what comes of it. */
final class WebhookCalls {
    private static final int LEAST_REFUSAL = 400;

    private final WebhookClient client;
    private final Runtime runtime;
    private final AdmissionMetrics metrics;
    private final boolean mutating;

    /** @param mutating whether the webhooks may change objects */
    WebhookCalls(WebhookClient client, Runtime runtime, AdmissionMetrics metrics, boolean mutating) {
        this.client = client;
        this.runtime = runtime;
        this.metrics = metrics;
        this.mutating = mutating;
    }

    /**
     * The response of a webhook that allows.
     *
     * @return empty where it could not be asked and that does not matter
     * @throws ApiException where it denies, or could not be asked and that matters
     */
    Optional<ObjectValue> ask(Invocation invocation, Review review) {
        Webhook webhook = invocation.webhook();
        Instant begun = runtime.now();
        if (review.dryRun() && !webhook.toleratesDryRun()) {
            counted(webhook, review, begun, 0, "apiserver_internal_error");
            throw ApiException.badRequest(
                    "admission webhook " + GoText.quote(webhook.name()) + " does not support dry run");
        }
        try {
            ObjectValue response = call(invocation, review);
            response.object("auditAnnotations")
                    .strings()
                    .forEach((key, value) -> review.annotations().add(webhook.name() + "/" + key, value));
            response.list("warnings").strings().forEach(review.warnings()::add);
            if (!response.bool("allowed")) {
                ApiException denied = denied(webhook, response.object("status"));
                counted(webhook, review, begun, denied.status().code(), "no_error");
                throw denied;
            }
            counted(webhook, review, begun, 200, "");
            return Optional.of(response);
        } catch (WebhookCallException failure) {
            counted(webhook, review, begun, failure.code(), webhook.failsOpen() ? "" : "calling_webhook_error");
            if (webhook.failsOpen()) {
                metrics.failedOpen(webhook.name(), type());
            }
            return failed(webhook, failure.reason());
        }
    }

    /** @param rejection why the request was refused; "" where it was not */
    private void counted(Webhook webhook, Review review, Instant begun, int code, String rejection) {
        if (!rejection.isEmpty()) {
            metrics.rejection(webhook.name(), type(), review.operation(), rejection, code);
        }
        Duration took = Duration.between(begun, runtime.now());
        metrics.webhook(webhook.name(), type(), review.operation(), code, !rejection.isEmpty(), took);
    }

    private String type() {
        return mutating ? "admit" : "validating";
    }

    private ObjectValue call(Invocation invocation, Review review) {
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
