package dev.jarbor.server.webhook;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * ValidatingAdmissionWebhook: webhooks that look at an object as it is to be stored. All are asked at the same time where
 * the runtime allows to wait; the first in order that refuses is the one whose refusal the client gets.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/">Dynamic
 *     Admission Control</a>
 */
public final class ValidatingWebhooks implements Admission {
    private static final String FAILED_OPEN = "failed-open.validating.webhook.admission.k8s.io/round_0_index_";

    private final Matching matching;
    private final WebhookCalls calls;
    private final Runtime runtime;

    public ValidatingWebhooks(
            WebhookClient client, Runtime runtime, Registry registry, Conditions conditions, AdmissionMetrics metrics) {
        this.matching = new Matching(registry, conditions, runtime, metrics, "validating");
        this.calls = new WebhookCalls(client, runtime, metrics, false);
        this.runtime = runtime;
    }

    @Override
    public void validate(Review review) {
        if (Matching.isExempt(review)) {
            return;
        }
        List<Webhook> webhooks = Webhook.all(review.now(), Webhook.VALIDATING);
        if (webhooks.isEmpty()) {
            return;
        }
        var invocations = new ArrayList<Invocation>();
        for (Webhook webhook : webhooks) {
            matching.match(webhook, review).ifPresent(invocations::add);
        }
        if (invocations.size() < 2 || !runtime.mayBlock()) {
            invocations.forEach(invocation -> refusal(invocation, review).ifPresent(ValidatingWebhooks::refuse));
        } else {
            together(invocations, review);
        }
    }

    private void together(List<Invocation> invocations, Review review) {
        var tasks = new ArrayList<FutureTask<Optional<ApiException>>>();
        for (Invocation invocation : invocations) {
            var task = new FutureTask<>(() -> refusal(invocation, review));
            tasks.add(task);
            runtime.execute("validating webhook " + invocation.webhook().name(), task);
        }
        var refusals = new ArrayList<ApiException>();
        for (FutureTask<Optional<ApiException>> task : tasks) {
            try {
                task.get().ifPresent(refusals::add);
            } catch (ExecutionException fault) {
                throw ApiException.internalError(fault);
            } catch (InterruptedException stopped) {
                throw ApiException.timeout("request did not complete within requested timeout");
            }
        }
        if (!refusals.isEmpty()) {
            refuse(refusals.getFirst());
        }
    }

    private static void refuse(ApiException refusal) {
        throw refusal;
    }

    private Optional<ApiException> refusal(Invocation invocation, Review review) {
        try {
            if (calls.ask(invocation, review).isEmpty()) {
                Webhook webhook = invocation.webhook();
                review.annotations().add(FAILED_OPEN + webhook.index(), webhook.name());
            }
            return Optional.empty();
        } catch (ApiException refused) {
            return Optional.of(refused);
        }
    }
}
