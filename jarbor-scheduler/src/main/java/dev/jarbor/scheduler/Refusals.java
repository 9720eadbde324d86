package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Patch;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;

/** Says why a pod has no node yet: as an event each time, and in its condition PodScheduled where that says something else. */
final class Refusals {
    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;

    Refusals(Api api, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
    }

    /** No node has what the pod needs. */
    void unschedulable(Pod pod, String message) {
        unschedulable(pod, message, Optional.empty());
    }

    /** @param promised the node that the pod is to have when others have gone from it */
    void unschedulable(Pod pod, String message, Optional<String> promised) {
        report(pod, "Unschedulable", message, promised);
    }

    /** Something went wrong on the way. */
    void failed(Pod pod, String message) {
        report(pod, "SchedulerError", message, Optional.empty());
    }

    private void report(Pod pod, String reason, String message, Optional<String> promised) {
        events.warning(pod, "FailedScheduling", message);
        boolean known = pod.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("PodScheduled")
                        && condition.status().equals("False")
                        && condition.message().equals(message));
        if (known && pod.status().nominatedNodeName().equals(promised.orElse(""))) {
            return;
        }
        PodCondition condition = PodCondition.EMPTY
                .withType("PodScheduled")
                .withStatus("False")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(runtime.now());
        ObjectValue status = ObjectValue.of("conditions", ListValue.of(condition.value()));
        if (promised.isPresent() || pod.status().hasNominatedNodeName()) {
            status = status.with(
                    "nominatedNodeName", promised.<Value>map(Value::of).orElse(NullValue.NULL));
        }
        try {
            api.patch(Pod.KIND, pod.key(), "status", Patch.strategic(ObjectValue.of("status", status)));
        } catch (ApiException refused) {
            // What could not be said now is said after the next attempt.
            if (!refused.isNotFound() && !refused.isConflict() && !refused.isRetryable()) {
                throw refused;
            }
        }
    }
}
