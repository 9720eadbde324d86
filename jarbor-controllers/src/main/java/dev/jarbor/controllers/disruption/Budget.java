package dev.jarbor.controllers.disruption;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetSpec;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetStatus;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The status of a PodDisruptionBudget from its pods. An eviction that was granted is in {@code disruptedPods} until its pod
 * goes; if it has not gone after two minutes, it counts as healthy again.
 *
 * @param status what it should say
 * @param notDeleted the pods that were to go and did not
 * @param again when a granted eviction will be given up
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/configure-pdb/">Specifying a Disruption Budget</a>
 */
record Budget(PodDisruptionBudgetStatus status, List<String> notDeleted, Optional<Instant> again) {
    static final String CONDITION = "DisruptionAllowed";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * @param pods those that the budget selects
     * @param scale how many pods the owners of {@code pods} want together; asked for only where the budget needs it
     */
    static Budget of(PodDisruptionBudget budget, List<Pod> pods, int scale, Instant now) {
        var disrupted = new TreeMap<String, Instant>();
        var notDeleted = new ArrayList<String>();
        Optional<Instant> again = Optional.empty();
        for (Map.Entry<String, Instant> entry : budget.status().disruptedPods().entrySet()) {
            boolean waits =
                    pods.stream().anyMatch(pod -> pod.name().equals(entry.getKey()) && !Ownership.isDeleting(pod));
            Instant end = entry.getValue().plus(PATIENCE);
            if (waits && end.isBefore(now)) {
                notDeleted.add(entry.getKey());
            } else if (waits) {
                disrupted.put(entry.getKey(), entry.getValue());
                again = again.filter(end::isAfter).or(() -> Optional.of(end));
            }
        }
        int healthy = (int) pods.stream()
                .filter(pod -> !Ownership.isDeleting(pod))
                .filter(pod -> !disrupted.containsKey(pod.name()))
                .filter(PodState::isReady)
                .count();
        int expected = needsScale(budget) ? scale : pods.size();
        int desired = desired(budget.spec(), expected);
        int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
        PodDisruptionBudgetStatus status = budget.status()
                .withCurrentHealthy(healthy)
                .withDesiredHealthy(desired)
                .withExpectedPods(expected)
                .withDisruptionsAllowed(allowed)
                .withObservedGeneration(budget.metadata().generation());
        status = disrupted.isEmpty() ? status.withoutDisruptedPods() : status.withDisruptedPods(disrupted);
        Condition condition = condition(
                allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", "", budget);
        return new Budget(with(status, condition, now), List.copyOf(notDeleted), again);
    }

    /** Whether the budget is about how many pods there should be, and not only about how many there are. */
    static boolean needsScale(PodDisruptionBudget budget) {
        PodDisruptionBudgetSpec spec = budget.spec();
        return spec.hasMaxUnavailable()
                || (spec.hasMinAvailable() && spec.minAvailable().isText());
    }

    /** What a budget says that cannot be worked out: nothing may be taken away. */
    static PodDisruptionBudgetStatus failed(PodDisruptionBudget budget, String message, Instant now) {
        Condition failed = condition("False", "SyncFailed", message, budget)
                .withObservedGeneration(budget.status().observedGeneration());
        return with(budget.status().withDisruptionsAllowed(0), failed, now);
    }

    private static int desired(PodDisruptionBudgetSpec spec, int expected) {
        if (spec.hasMaxUnavailable()) {
            return Math.max(0, expected - spec.maxUnavailable().scaled(expected, true));
        }
        return spec.hasMinAvailable() ? spec.minAvailable().scaled(expected, true) : 0;
    }

    private static Condition condition(String value, String reason, String message, PodDisruptionBudget budget) {
        return Condition.EMPTY
                .withType(CONDITION)
                .withStatus(value)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(budget.metadata().generation());
    }

    private static PodDisruptionBudgetStatus with(PodDisruptionBudgetStatus status, Condition condition, Instant now) {
        Instant since = status.conditions().stream()
                .filter(before ->
                        before.type().equals(CONDITION) && before.status().equals(condition.status()))
                .findFirst()
                .flatMap(Condition::lastTransitionTime)
                .orElse(now);
        Condition timed = condition.withLastTransitionTime(since);
        var conditions = new ArrayList<>(status.conditions());
        conditions.replaceAll(one -> one.type().equals(CONDITION) ? timed : one);
        if (!conditions.contains(timed)) {
            conditions.add(timed);
        }
        return status.withConditions(conditions);
    }
}
