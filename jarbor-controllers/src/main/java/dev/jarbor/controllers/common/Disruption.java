package dev.jarbor.controllers.common;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import java.time.Instant;
import java.util.ArrayList;

/**
 * Says of a pod why it goes, for whoever counts failures (a Job does).
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod disruption
 *     conditions</a>
 */
public final class Disruption {
    public static final String CONDITION = "DisruptionTarget";

    private Disruption() {}

    /** The status of {@code pod} with the condition; what it says of an earlier reason stays. */
    public static PodStatus of(Pod pod, String reason, String message, Instant now) {
        if (PodState.condition(pod, CONDITION)
                .filter(condition -> condition.status().equals("True"))
                .isPresent()) {
            return pod.status();
        }
        var conditions = new ArrayList<>(pod.status().conditions());
        conditions.removeIf(condition -> condition.type().equals(CONDITION));
        conditions.add(PodCondition.EMPTY
                .withType(CONDITION)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(now));
        return pod.status().withConditions(conditions);
    }

    /** Deletes {@code pod}, of which is said first why; one that is gone already is no failure. */
    public static void end(Api api, Pod pod, String reason, String message, Instant now) {
        IfThere.write(() -> {
            api.updateStatus(Pod.KIND, pod.withStatus(of(pod, reason, message, now)));
            api.delete(
                    Pod.KIND, pod.key(), DeleteOptions.NONE.ifUid(pod.metadata().uid()));
        });
    }
}
