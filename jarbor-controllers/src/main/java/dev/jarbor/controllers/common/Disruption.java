package dev.jarbor.controllers.common;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Says of a pod why it goes, for whoever counts failures (a Job does).
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod disruption
 *     conditions</a>
 */
public final class Disruption {
    public static final String CONDITION = "DisruptionTarget";

    private Disruption() {}

    /** The status of {@code pod} with the condition, in place of what it says of an earlier reason. */
    public static PodStatus of(Pod pod, String reason, String message, Instant now) {
        Instant since = PodState.condition(pod, CONDITION)
                .filter(condition -> condition.status().equals("True"))
                .flatMap(PodCondition::lastTransitionTime)
                .orElse(now);
        PodCondition condition = PodCondition.EMPTY
                .withType(CONDITION)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since);
        List<PodCondition> conditions = pod.status().conditions();
        if (conditions.contains(condition)) {
            return pod.status();
        }
        var changed = new ArrayList<>(conditions);
        changed.removeIf(one -> one.type().equals(CONDITION));
        changed.add(condition);
        return pod.status().withConditions(changed);
    }

    /** The condition with that value, of the generation of {@code pod} that was looked at. */
    public static PodCondition about(Pod pod, String value, Instant now) {
        PodCondition condition =
                PodCondition.EMPTY.withType(CONDITION).withStatus(value).withLastTransitionTime(now);
        long generation = pod.metadata().generation();
        return generation > 0 ? condition.withObservedGeneration(generation) : condition;
    }

    /** Deletes {@code pod}, of which is said first why; one that is gone already is no failure. */
    public static void end(Api api, Pod pod, String reason, String message, Instant now) {
        IfThere.write(() -> {
            PodStatus said = of(pod, reason, message, now);
            if (!said.equals(pod.status())) {
                api.updateStatus(Pod.KIND, pod.withStatus(said));
            }
            api.delete(
                    Pod.KIND, pod.key(), DeleteOptions.NONE.ifUid(pod.metadata().uid()));
        });
    }
}
