package dev.jarbor.server.webhook;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.patch.JsonPatch;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.Reinvocation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Registry;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * MutatingAdmissionWebhook: webhooks that change objects, one after the other, each seeing what the ones before it did.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/">Dynamic
 *     Admission Control</a>
 */
public final class MutatingWebhooks implements Admission {
    private static final String STEP = "MutatingAdmissionWebhook";
    private static final String MUTATION = "mutation.webhook.admission.k8s.io/";
    private static final String PATCH = "patch.webhook.admission.k8s.io/";

    private final Matching matching;
    private final WebhookCalls calls;
    private final ObjectIntake intake;

    public MutatingWebhooks(
            WebhookClient client,
            Runtime runtime,
            Registry registry,
            ObjectIntake intake,
            Conditions conditions,
            AdmissionMetrics metrics) {
        this.matching = new Matching(registry, conditions, runtime, metrics, "admit");
        this.calls = new WebhookCalls(client, runtime, metrics, true);
        this.intake = intake;
    }

    @Override
    public ObjectValue mutate(Review review) {
        if (Matching.isExempt(review)) {
            return review.object();
        }
        List<Webhook> webhooks = Webhook.all(review.now(), Webhook.MUTATING);
        if (webhooks.isEmpty()) {
            return review.object();
        }
        Reinvocation rounds = review.reinvocation();
        Reinvocation.Memory memory = rounds.memory(STEP);
        if (rounds.isSecond() && memory.isChanged(review.object())) {
            memory.changed();
        }
        Review current = review;
        for (Webhook webhook : webhooks) {
            Optional<Invocation> invocation = matching.match(webhook, current);
            boolean skipped = rounds.isSecond() && !memory.isDue(webhook.id());
            if (invocation.isEmpty() || skipped) {
                continue;
            }
            ObjectValue changed = call(invocation.get(), current);
            if (!changed.equals(current.object())) {
                current = current.withObject(changed);
                memory.changed();
                rounds.request();
            }
            if (webhook.reinvoked()) {
                memory.called(webhook.id());
            }
        }
        memory.left(current.object());
        return current.object();
    }

    private ObjectValue call(Invocation invocation, Review review) {
        Webhook webhook = invocation.webhook();
        String round = "round_" + (review.reinvocation().isSecond() ? 1 : 0) + "_index_" + webhook.index();
        ObjectValue who =
                ObjectValue.EMPTY.with("configuration", webhook.configuration()).with("webhook", webhook.name());
        ObjectValue changed = review.object();
        try {
            Optional<ObjectValue> response = calls.ask(invocation, review);
            if (response.isEmpty()) {
                review.annotations().add("failed-open." + MUTATION + round, webhook.name());
                return changed;
            }
            ListValue patch = patch(webhook, response.get());
            if (!patch.isEmpty()) {
                changed = patched(invocation, review, patch);
                ObjectValue told = who.with("patch", patch).with("patchType", "JSONPatch");
                review.annotations().addWithObject(PATCH + round, Json.text(told));
            }
            return changed;
        } finally {
            boolean mutated = !changed.equals(review.object());
            review.annotations().add(MUTATION + round, Json.text(who.with("mutated", mutated)));
        }
    }

    private static ListValue patch(Webhook webhook, ObjectValue response) {
        String patch = response.string("patch");
        if (patch.isEmpty()) {
            return ListValue.EMPTY;
        }
        String type = response.string("patchType");
        if (!type.isEmpty() && !type.equals("JSONPatch")) {
            return none(webhook, "unsupported patch type " + GoText.quote(type));
        }
        try {
            Value parsed = Json.parse(Base64.getDecoder().decode(patch));
            return parsed instanceof ListValue list
                    ? list
                    : none(webhook, "received undecodable patch in webhook response: not a list of operations");
        } catch (DecodeException | IllegalArgumentException malformed) {
            return none(webhook, "received undecodable patch in webhook response: " + malformed.getMessage());
        }
    }

    private static ListValue none(Webhook webhook, String reason) {
        WebhookCalls.failed(webhook, reason);
        return ListValue.EMPTY;
    }

    private ObjectValue patched(Invocation invocation, Review review, ListValue patch) {
        if (review.object().isEmpty()) {
            throw ApiException.internalError(
                    "admission webhook " + GoText.quote(invocation.webhook().name())
                            + " attempted to modify the object, which is not supported for this operation");
        }
        try {
            Value patched = JsonPatch.of(patch).apply(invocation.shown(review, review.object()));
            if (!(patched instanceof ObjectValue object)) {
                throw new IllegalArgumentException("the patched document is not an object");
            }
            return review.isOfResourceKind()
                    ? review.resource().worked(intake.taken(invocation.resource(), object))
                    : intake.taken(review.kind(), object);
        } catch (ApiException refused) {
            throw ApiException.internalError(reason(refused));
        } catch (DecodeException | IllegalArgumentException malformed) {
            throw ApiException.internalError(malformed);
        }
    }

    /** A patch that does not apply keeps its reason for the server's eyes; the reference tells it here. */
    private static String reason(ApiException refused) {
        return refused.getCause() == null
                ? refused.status().message()
                : String.valueOf(refused.getCause().getMessage());
    }
}
