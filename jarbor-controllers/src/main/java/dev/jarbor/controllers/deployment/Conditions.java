package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.DeploymentCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a Deployment: immutable, at most one of each type. */
record Conditions(List<DeploymentCondition> list) {
    static final String AVAILABLE = "Available";
    static final String PROGRESSING = "Progressing";
    static final String REPLICA_FAILURE = "ReplicaFailure";

    static final String NEW_SET_CREATED = "NewReplicaSetCreated";
    static final String NEW_SET_FOUND = "FoundNewReplicaSet";
    static final String NEW_SET_AVAILABLE = "NewReplicaSetAvailable";
    static final String SET_UPDATED = "ReplicaSetUpdated";
    static final String SET_CREATE_ERROR = "ReplicaSetCreateError";
    static final String TIMED_OUT = "ProgressDeadlineExceeded";
    static final String PAUSED = "DeploymentPaused";
    static final String RESUMED = "DeploymentResumed";

    Conditions {
        list = List.copyOf(list);
    }

    Optional<DeploymentCondition> of(String type) {
        return list.stream().filter(condition -> condition.type().equals(type)).findFirst();
    }

    /** The reason of the condition {@code type}; "" where there is none. */
    String reason(String type) {
        return of(type).map(DeploymentCondition::reason).orElse("");
    }

    Conditions without(String type) {
        return new Conditions(list.stream()
                .filter(condition -> !condition.type().equals(type))
                .toList());
    }

    /** Changes nothing where status and reason are what they were: the times tell since when. */
    Conditions with(String type, String status, String reason, String message, Instant now) {
        Optional<DeploymentCondition> before = of(type);
        boolean known = before.filter(condition ->
                        condition.status().equals(status) && condition.reason().equals(reason))
                .isPresent();
        return known ? this : updated(type, status, reason, message, now);
    }

    /** Also where only the time of the last update moves: progress was made. */
    Conditions updated(String type, String status, String reason, String message, Instant now) {
        Instant since = of(type).filter(condition -> condition.status().equals(status))
                .flatMap(DeploymentCondition::lastTransitionTime)
                .orElse(now);
        var changed = new ArrayList<>(without(type).list);
        changed.add(DeploymentCondition.EMPTY
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(now)
                .withLastTransitionTime(since));
        return new Conditions(changed);
    }
}
