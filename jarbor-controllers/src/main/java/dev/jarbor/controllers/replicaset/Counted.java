package dev.jarbor.controllers.replicaset;

import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetCondition;
import dev.jarbor.api.apps.v1.ReplicaSetStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The status of a ReplicaSet from its pods.
 *
 * @param status what it should say
 * @param recount after how long it may change without any pod changing, because a pod has then been ready long enough;
 *     zero when it will not
 */
record Counted(ReplicaSetStatus status, Duration recount) {
    private static final String REPLICA_FAILURE = "ReplicaFailure";

    /**
     * @param failure why creating or deleting pods failed in this pass; "" when it did not
     * @param failureReason {@code FailedCreate} or {@code FailedDelete}
     */
    static Counted of(ReplicaSet owner, List<Pod> pods, String failureReason, String failure, Instant now) {
        List<Pod> active = pods.stream().filter(PodState::isActive).toList();
        int minReadySeconds = owner.spec().minReadySeconds();
        Map<String, String> templateLabels = owner.spec().template().metadata().labels();
        int ready = count(active, PodState::isReady);
        int available = count(active, pod -> PodState.isAvailable(pod, minReadySeconds, now));
        ReplicaSetStatus status = owner.status()
                .withReplicas(active.size())
                .withFullyLabeledReplicas(
                        count(active, pod -> pod.metadata().labels().entrySet().containsAll(templateLabels.entrySet())))
                .withReadyReplicas(ready)
                .withAvailableReplicas(available)
                .withObservedGeneration(owner.metadata().generation())
                .withConditions(conditions(owner.status().conditions(), failureReason, failure, now));
        Duration recount = active.stream()
                .map(pod -> PodState.availableAt(pod, minReadySeconds))
                .flatMap(Optional::stream)
                .filter(now::isBefore)
                .map(instant -> Duration.between(now, instant))
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new Counted(withoutZeros(status), recount);
    }

    /** Where the kind counts the pods on their way out, too. */
    Counted withTerminating(List<Pod> pods) {
        return new Counted(status.withTerminatingReplicas(count(pods, PodState::isTerminating)), recount);
    }

    /** The reference leaves these counts away when they are 0; only {@code replicas} is always there. */
    private static ReplicaSetStatus withoutZeros(ReplicaSetStatus status) {
        ReplicaSetStatus kept = status;
        kept = kept.fullyLabeledReplicas() == 0 ? kept.withoutFullyLabeledReplicas() : kept;
        kept = kept.readyReplicas() == 0 ? kept.withoutReadyReplicas() : kept;
        return kept.availableReplicas() == 0 ? kept.withoutAvailableReplicas() : kept;
    }

    private static List<ReplicaSetCondition> conditions(
            List<ReplicaSetCondition> before, String reason, String failure, Instant now) {
        var conditions = new ArrayList<ReplicaSetCondition>();
        boolean known = false;
        for (ReplicaSetCondition condition : before) {
            if (!condition.type().equals(REPLICA_FAILURE)) {
                conditions.add(condition);
            } else if (!failure.isEmpty()) {
                // The first failure of a series stands: its time tells since when.
                conditions.add(condition);
                known = true;
            }
        }
        if (!failure.isEmpty() && !known) {
            conditions.add(ReplicaSetCondition.EMPTY
                    .withType(REPLICA_FAILURE)
                    .withStatus("True")
                    .withReason(reason)
                    .withMessage(failure)
                    .withLastTransitionTime(now));
        }
        return conditions;
    }

    private static int count(List<Pod> pods, Predicate<Pod> matches) {
        return (int) pods.stream().filter(matches).count();
    }
}
