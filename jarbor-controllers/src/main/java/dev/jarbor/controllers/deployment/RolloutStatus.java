package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentCondition;
import dev.jarbor.api.apps.v1.DeploymentStatus;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetCondition;
import dev.jarbor.api.apps.v1.ReplicaSetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The status of a Deployment from its ReplicaSets.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status">Deployment
 *     status</a>
 */
final class RolloutStatus {
    private final Deployment deployment;
    private final Instant now;

    RolloutStatus(Deployment deployment, Instant now) {
        this.deployment = deployment;
        this.now = now;
    }

    /** Counts and availability only: what a paused, scaling or dying Deployment reports. */
    DeploymentStatus counted(List<ReplicaSet> all, Optional<ReplicaSet> current, Conditions conditions) {
        int available = sum(all, ReplicaSetStatus::availableReplicas);
        int updated = current.map(set -> set.status().replicas()).orElse(0);
        DeploymentStatus status = deployment
                .status()
                .withObservedGeneration(deployment.metadata().generation())
                .withReplicas(sum(all, ReplicaSetStatus::replicas))
                .withUpdatedReplicas(updated)
                .withReadyReplicas(sum(all, ReplicaSetStatus::readyReplicas))
                .withAvailableReplicas(available)
                .withUnavailableReplicas(Math.max(0, Sizes.total(all) - available));
        if (all.stream().anyMatch(set -> set.status().hasTerminatingReplicas())) {
            status = status.withTerminatingReplicas(sum(all, ReplicaSetStatus::terminatingReplicas));
        }
        int least = Sizes.desired(deployment) - Sizes.maxUnavailable(deployment);
        Conditions judged = available >= least
                ? conditions.with(
                        Conditions.AVAILABLE,
                        "True",
                        "MinimumReplicasAvailable",
                        "Deployment has minimum availability.",
                        now)
                : conditions.with(
                        Conditions.AVAILABLE,
                        "False",
                        "MinimumReplicasUnavailable",
                        "Deployment does not have minimum availability.",
                        now);
        return withoutZeros(status.withConditions(judged.list()));
    }

    /** With progress, which only a Deployment that rolls makes. */
    DeploymentStatus rolled(List<ReplicaSet> all, Optional<ReplicaSet> current, Conditions conditions) {
        DeploymentStatus status = counted(all, current, conditions);
        Conditions judged = new Conditions(status.conditions());
        if (!hasDeadline()) {
            judged = judged.without(Conditions.PROGRESSING);
        } else if (status.replicas() != status.updatedReplicas()
                || !judged.reason(Conditions.PROGRESSING).equals(Conditions.NEW_SET_AVAILABLE)) {
            judged = progress(status, judged, current);
        }
        return status.withConditions(withFailure(judged, all, current).list());
    }

    private Conditions progress(DeploymentStatus status, Conditions conditions, Optional<ReplicaSet> current) {
        String subject = current.map(set -> "ReplicaSet \"" + set.name() + "\"")
                .orElse("Deployment \"" + deployment.name() + "\"");
        if (isComplete(status)) {
            String message = subject + " has successfully progressed.";
            return conditions.with(Conditions.PROGRESSING, "True", Conditions.NEW_SET_AVAILABLE, message, now);
        }
        if (hasProgressed(deployment.status(), status)) {
            String message = subject + " is progressing.";
            return conditions.updated(Conditions.PROGRESSING, "True", Conditions.SET_UPDATED, message, now);
        }
        if (isTimedOut(conditions)) {
            String message = subject + " has timed out progressing.";
            return conditions.with(Conditions.PROGRESSING, "False", Conditions.TIMED_OUT, message, now);
        }
        return conditions;
    }

    /** Whether everything runs at the wanted size from the current template. */
    boolean isComplete(DeploymentStatus status) {
        int desired = Sizes.desired(deployment);
        return status.updatedReplicas() == desired
                && status.replicas() == desired
                && status.availableReplicas() == desired
                && status.observedGeneration() >= deployment.metadata().generation();
    }

    private static boolean hasProgressed(DeploymentStatus before, DeploymentStatus after) {
        return after.updatedReplicas() > before.updatedReplicas()
                || after.replicas() - after.updatedReplicas() < before.replicas() - before.updatedReplicas()
                || after.readyReplicas() > before.readyReplicas()
                || after.availableReplicas() > before.availableReplicas();
    }

    boolean hasDeadline() {
        return hasDeadline(deployment);
    }

    /** Whether progress has to be made within some time. */
    static boolean hasDeadline(Deployment deployment) {
        return deployment.spec().hasProgressDeadlineSeconds()
                && deployment.spec().progressDeadlineSeconds() != Integer.MAX_VALUE;
    }

    private boolean isTimedOut(Conditions conditions) {
        return switch (conditions.reason(Conditions.PROGRESSING)) {
            case "", Conditions.NEW_SET_AVAILABLE -> false;
            case Conditions.TIMED_OUT -> true;
            default -> deadline(conditions).filter(now::isAfter).isPresent();
        };
    }

    private Optional<Instant> deadline(Conditions conditions) {
        return conditions
                .of(Conditions.PROGRESSING)
                .flatMap(DeploymentCondition::lastUpdateTime)
                .map(last -> last.plusSeconds(deployment.spec().progressDeadlineSeconds()));
    }

    /** After how long the deadline will have passed if nothing happens; zero where none is running. */
    Duration untilDeadline(DeploymentStatus status) {
        var conditions = new Conditions(status.conditions());
        if (!hasDeadline()
                || isComplete(status)
                || conditions.reason(Conditions.PROGRESSING).equals(Conditions.TIMED_OUT)) {
            return Duration.ZERO;
        }
        return deadline(conditions)
                .map(instant -> Duration.between(now, instant.plusSeconds(1)))
                .map(left -> left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left)
                .orElse(Duration.ZERO);
    }

    /** A set that cannot make its pods says so; the current one's word counts most. */
    private static Conditions withFailure(Conditions conditions, List<ReplicaSet> all, Optional<ReplicaSet> current) {
        Optional<ReplicaSetCondition> failure = current.flatMap(RolloutStatus::failure)
                .or(() -> all.stream()
                        .map(RolloutStatus::failure)
                        .flatMap(Optional::stream)
                        .findFirst());
        if (failure.isEmpty()) {
            return conditions.without(Conditions.REPLICA_FAILURE);
        }
        ReplicaSetCondition said = failure.get();
        return conditions.with(
                Conditions.REPLICA_FAILURE,
                said.status(),
                said.reason(),
                said.message(),
                said.lastTransitionTime().orElse(Instant.EPOCH));
    }

    private static Optional<ReplicaSetCondition> failure(ReplicaSet set) {
        return set.status().conditions().stream()
                .filter(condition -> condition.type().equals(Conditions.REPLICA_FAILURE))
                .findFirst();
    }

    private static int sum(List<ReplicaSet> sets, ToIntFunction<ReplicaSetStatus> count) {
        return sets.stream().mapToInt(set -> count.applyAsInt(set.status())).sum();
    }

    /** The reference leaves a count away when it is 0. */
    private static DeploymentStatus withoutZeros(DeploymentStatus status) {
        DeploymentStatus kept = status;
        kept = kept.replicas() == 0 ? kept.withoutReplicas() : kept;
        kept = kept.updatedReplicas() == 0 ? kept.withoutUpdatedReplicas() : kept;
        kept = kept.readyReplicas() == 0 ? kept.withoutReadyReplicas() : kept;
        kept = kept.availableReplicas() == 0 ? kept.withoutAvailableReplicas() : kept;
        return kept.unavailableReplicas() == 0 ? kept.withoutUnavailableReplicas() : kept;
    }
}
