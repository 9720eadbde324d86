package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.status.Reason;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.store.Snapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What disruption budgets say of one pod's eviction: pure decisions, in the reference's words.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets">Pod disruption
 *     budgets</a>
 */
final class DisruptionBudgets {
    static final String STORAGE = "poddisruptionbudgets.policy";

    /** So many evicted pods may be unconfirmed by the budget's controller. */
    private static final int MOST_DISRUPTED = 2000;

    private static final String TARGET = "DisruptionTarget";

    private static final String REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";

    private DisruptionBudgets() {}

    /** What has not started, has ended, or is going anyway disrupts nothing. */
    static boolean isFree(ObjectValue pod) {
        return isOver(pod) || pod.object("status").string("phase").equals("Pending");
    }

    /** Whether the pod has ended or is going. */
    static boolean isOver(ObjectValue pod) {
        String phase = pod.object("status").string("phase");
        return Metadata.isDeleting(pod) || phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** The budgets that cover the pod; one whose selector is malformed covers nothing. */
    static List<ObjectValue> of(Snapshot now, ObjectValue pod) {
        var found = new ArrayList<ObjectValue>();
        Map<String, String> labels = Metadata.of(pod).object("labels").strings();
        for (ObjectValue budget : now.in(STORAGE, Metadata.key(pod).namespace()).values()) {
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

    /** Whether the pod may go without the budget's leave: it is not healthy, and the application does not count on it. */
    static boolean sparesUnhealthy(ObjectValue budget, ObjectValue pod) {
        boolean ready = pod.object("status").list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals("Ready")
                        && condition.string("status").equals("True"));
        if (ready) {
            return false;
        }
        if (budget.object("spec").string("unhealthyPodEvictionPolicy").equals("AlwaysAllow")) {
            return true;
        }
        long desired = budget.object("status").integer("desiredHealthy");
        return desired > 0 && budget.object("status").integer("currentHealthy") >= desired;
    }

    /**
     * The budget after one disruption.
     *
     * @throws ApiException where it allows none
     */
    static ObjectValue charged(ObjectValue budget, String pod, Instant now) {
        String name = Metadata.key(budget).name();
        ObjectValue status = budget.object("status");
        long allowed = status.integer("disruptionsAllowed");
        if (status.integer("observedGeneration") < Metadata.of(budget).integer("generation")) {
            throw beingProcessed(name);
        }
        if (allowed < 0) {
            throw forbidden(name, "pdb disruptions allowed is negative");
        }
        if (status.object("disruptedPods").size() > MOST_DISRUPTED) {
            throw forbidden(name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }
        if (allowed == 0) {
            throw refused(
                    "The disruption budget " + name + " needs " + status.integer("desiredHealthy")
                            + " healthy pods and has " + status.integer("currentHealthy") + " currently",
                    0);
        }
        ObjectValue after = status.with("disruptionsAllowed", allowed - 1)
                .update("disruptedPods", pods -> pods.with(pod, Fields.ofInstant(now.truncatedTo(ChronoUnit.SECONDS))));
        return budget.with("status", allowed > 1 ? after : usedUp(after, now));
    }

    /** {@code pod} as one that an eviction has chosen; since when stays where it was one already. */
    static ObjectValue target(ObjectValue pod, Instant now) {
        ListValue before = pod.object("status").list("conditions");
        ObjectValue known = ObjectValue.EMPTY;
        for (ObjectValue one : before.objects()) {
            known = one.string("type").equals(TARGET) ? one : known;
        }
        boolean stands = known.string("status").equals("True");
        ObjectValue condition = ObjectValue.builder()
                .put("type", TARGET)
                .put("status", "True")
                .put("reason", "EvictionByEvictionAPI")
                .put("message", "Eviction API: evicting")
                .build();
        long generation = Metadata.of(pod).integer("generation");
        condition = generation > 0 ? condition.with("observedGeneration", generation) : condition;
        condition = condition.with(
                "lastTransitionTime",
                stands
                        ? known.valueOrNull("lastTransitionTime")
                        : Fields.ofInstant(now.truncatedTo(ChronoUnit.SECONDS)));
        var conditions = new ArrayList<Value>();
        for (ObjectValue one : before.objects()) {
            conditions.add(one.string("type").equals(TARGET) ? condition : one);
        }
        if (known.isEmpty()) {
            conditions.add(condition);
        }
        return pod.update("status", status -> status.with("conditions", ListValue.of(conditions)));
    }

    private static ObjectValue usedUp(ObjectValue status, Instant now) {
        var conditions = new ArrayList<Value>();
        ObjectValue old = ObjectValue.EMPTY;
        for (ObjectValue condition : status.list("conditions").objects()) {
            if (condition.string("type").equals("DisruptionAllowed")) {
                old = condition;
            } else {
                conditions.add(condition);
            }
        }
        Value since = old.string("status").equals("False")
                ? old.valueOrNull("lastTransitionTime")
                : Fields.ofInstant(now.truncatedTo(ChronoUnit.SECONDS));
        conditions.add(ObjectValue.EMPTY
                .with("type", "DisruptionAllowed")
                .with("status", "False")
                .with("reason", "InsufficientPods")
                .with("message", "")
                .with("observedGeneration", status.integer("observedGeneration"))
                .with("lastTransitionTime", since));
        return status.with("conditions", ListValue.of(conditions));
    }

    /** The budget has not caught up with the world; asking again later may help. */
    static ApiException beingProcessed(String budget) {
        return refused("The disruption budget " + budget + " is still being processed by the server.", 10);
    }

    private static ApiException refused(String cause, int retryAfterSeconds) {
        Details details = Details.NONE
                .withCauses(List.of(new Cause("DisruptionBudget", cause, "")))
                .withRetryAfterSeconds(retryAfterSeconds);
        return new ApiException(ApiStatus.failure(Reason.TOO_MANY_REQUESTS, REFUSED, details));
    }

    private static ApiException forbidden(String budget, String why) {
        return ApiException.forbidden(new GroupResource("policy", "poddisruptionbudget"), budget, why);
    }
}
