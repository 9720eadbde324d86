package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Patch;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.scheduler.decision.Preemption;
import java.util.List;

/** Carries out what {@link Preemption} has chosen: victims are told why they go, deleted, and spoken of in an event. */
final class Evictor {
    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;

    Evictor(Api api, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
    }

    /**
     * Sends {@code victims} away for {@code pod}.
     *
     * @param others the pods to which the node was promised before, and is no more
     * @throws ApiException as one of them is refused; {@code pod} has to be tried again then, and chooses anew
     */
    void evict(Pod pod, Preemption.Victims victims, List<Pod> others) {
        others.forEach(this::withdraw);
        victims.pods().stream()
                .filter(victim -> !victim.metadata().hasDeletionTimestamp())
                .forEach(victim -> evict(pod, victim, victims.node()));
    }

    private void evict(Pod pod, Pod victim, String node) {
        PodCondition condition = PodCondition.EMPTY
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("PreemptionByScheduler")
                .withMessage(pod.spec().schedulerName() + ": preempting to accommodate a higher priority pod")
                .withLastTransitionTime(runtime.now());
        long generation = victim.metadata().generation();
        condition = generation > 0 ? condition.withObservedGeneration(generation) : condition;
        try {
            patchStatus(victim, ObjectValue.of("conditions", ListValue.of(condition.value())));
            api.delete(
                    Pod.KIND,
                    victim.key(),
                    DeleteOptions.NONE.ifUid(victim.metadata().uid()));
            events.normal(
                    victim, "Preempted", "Preempted by pod " + pod.metadata().uid() + " on node " + node);
        } catch (ApiException refused) {
            if (!refused.isNotFound()) {
                throw refused;
            }
        }
    }

    private void withdraw(Pod other) {
        try {
            patchStatus(other, ObjectValue.of("nominatedNodeName", NullValue.NULL));
        } catch (ApiException refused) {
            if (!refused.isNotFound() && !refused.isConflict() && !refused.isRetryable()) {
                throw refused;
            }
        }
    }

    private void patchStatus(Pod pod, ObjectValue status) {
        ObjectValue uid = ObjectValue.of("uid", Value.of(pod.metadata().uid()));
        api.patch(
                Pod.KIND,
                pod.key(),
                "status",
                Patch.strategic(ObjectValue.of("metadata", uid).with("status", status)));
    }
}
