package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.status.Reason;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code pods/eviction}: a deletion that asks the pod's disruption budget first.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/">API-initiated Eviction</a>
 */
final class Evictions implements SubresourceHandler {
    private static final GroupVersionKind KIND = new GroupVersionKind("policy", "v1", "Eviction");
    private static final String BUDGETS = "poddisruptionbudgets.policy";
    private static final int MOST_ATTEMPTS = 32;

    private final Store store;
    private final Runtime runtime;
    private final Intake intake;
    private final Deletes deletes;
    private final Admission admission;

    Evictions(Store store, Runtime runtime, Intake intake, Deletes deletes, Admission admission) {
        this.store = store;
        this.runtime = runtime;
        this.intake = intake;
        this.deletes = deletes;
        this.admission = admission;
    }

    @Override
    public Answer handle(Call call) {
        ObjectValue asked = intake.readAs(call, KIND, call.request().body());
        Review review = call.review(Operation.CREATE, call.key(), ObjectValue.EMPTY, asked, store.snapshot());
        ObjectValue eviction = admission.mutate(review);
        String named = Metadata.of(eviction).string("name");
        if (!named.isEmpty() && !named.equals(call.name())) {
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        }
        admission.validate(review.withObject(eviction));
        ObjectValue options =
                eviction.object("deleteOptions").without("apiVersion").without("kind");
        ObjectValue pod = store.snapshot()
                .get("pods", call.key())
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), call.name()));
        boolean dryRun = call.dryRun() || options.list("dryRun").strings().contains("All");
        if (!isFree(pod) && !dryRun) {
            charge(call, pod);
        }
        var request = new ApiRequest(
                Verb.DELETE,
                call.request().path().withSubresource(""),
                call.query(),
                options,
                call.request().patchType());
        deletes.evict(call.with(request));
        return new Answer(
                201,
                ApiStatus.success(Details.NONE).value().with("code", 201),
                call.warnings().texts());
    }

    /** What has not started, has ended, or is going anyway disrupts nothing. */
    private static boolean isFree(ObjectValue pod) {
        String phase = pod.object("status").string("phase");
        return Metadata.isDeleting(pod)
                || phase.equals("Succeeded")
                || phase.equals("Failed")
                || phase.equals("Pending");
    }

    /** Takes one disruption from the budget that covers the pod, where there is one. */
    private void charge(Call call, ObjectValue pod) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Snapshot now = store.snapshot();
            List<ObjectValue> budgets = budgets(now, pod);
            if (budgets.isEmpty()) {
                return;
            }
            if (budgets.size() > 1) {
                throw ApiException.internalError(
                        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
                                + " support.");
            }
            ObjectValue budget = budgets.getFirst();
            ObjectValue status = budget.object("status");
            ObjectKey key = Metadata.key(budget);
            if (status.integer("observedGeneration") < Metadata.of(budget).integer("generation")) {
                throw refused("The disruption budget " + key.name() + " is still being processed by the server.", 10);
            }
            if (status.integer("disruptionsAllowed") <= 0) {
                throw refused(
                        "The disruption budget " + key.name() + " needs " + status.integer("desiredHealthy")
                                + " healthy pods and has " + status.integer("currentHealthy") + " currently",
                        0);
            }
            ObjectValue charged = budget.with(
                    "status",
                    status.with("disruptionsAllowed", status.integer("disruptionsAllowed") - 1)
                            .update("disruptedPods", pods -> pods.with(call.name(), Fields.ofInstant(runtime.now()))));
            var write = new Transaction.Put(BUDGETS, key, charged, Metadata.revision(budget));
            if (store.commit(Transaction.of(write)) instanceof Commit.Done) {
                return;
            }
        }
        throw ApiException.serverTimeout(new GroupResource("", "pods"), "create", 1);
    }

    private static List<ObjectValue> budgets(Snapshot now, ObjectValue pod) {
        var found = new ArrayList<ObjectValue>();
        Map<String, String> labels = Metadata.of(pod).object("labels").strings();
        for (ObjectValue budget : now.in(BUDGETS, Metadata.key(pod).namespace()).values()) {
            ObjectValue spec = budget.object("spec");
            if (spec.has("selector") && matches(spec.object("selector"), labels)) {
                found.add(budget);
            }
        }
        return found;
    }

    private static boolean matches(ObjectValue selector, Map<String, String> labels) {
        try {
            return Selector.ofObject(selector).matches(labels);
        } catch (InvalidSelectorException malformed) {
            return false;
        }
    }

    private static ApiException refused(String cause, int retryAfterSeconds) {
        Details details = Details.NONE
                .withCauses(List.of(new Cause("DisruptionBudget", cause, "")))
                .withRetryAfterSeconds(retryAfterSeconds);
        return new ApiException(ApiStatus.failure(
                Reason.TOO_MANY_REQUESTS,
                "Cannot evict pod as it would violate the pod's disruption budget.",
                details));
    }
}
