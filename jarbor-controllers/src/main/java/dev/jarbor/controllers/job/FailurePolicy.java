package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import dev.jarbor.api.batch.v1.PodFailurePolicyRule;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import java.util.List;
import java.util.Optional;

/**
 * What the failure of a pod means for its Job.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy">Pod failure policy</a>
 */
final class FailurePolicy {
    private FailurePolicy() {}

    /** What a rule says of a failed pod. */
    sealed interface Verdict {
        /** It counts like any other; so it does where no rule applies. */
        record Count() implements Verdict {}

        record Ignore() implements Verdict {}

        /** The index it worked on has failed for good. */
        record FailIndex() implements Verdict {}

        record FailJob(String message) implements Verdict {}
    }

    private static final Verdict COUNT = new Verdict.Count();

    /** The verdict of the first rule that applies to {@code pod}, which has failed. */
    static Verdict judge(Job job, Pod pod) {
        if (!pod.status().phase().equals("Failed")) {
            return COUNT;
        }
        List<PodFailurePolicyRule> rules = job.spec().podFailurePolicy().rules();
        for (int i = 0; i < rules.size(); i++) {
            Optional<String> match = match(rules.get(i), pod);
            if (match.isPresent()) {
                String action = rules.get(i).action();
                return verdict(action, match.get() + " matching " + action + " rule at index " + i);
            }
        }
        return COUNT;
    }

    /** The action of the first rule that applies to {@code pod}; empty where it has not failed or none does. */
    static Optional<String> action(Job job, Pod pod) {
        return pod.status().phase().equals("Failed")
                ? job.spec().podFailurePolicy().rules().stream()
                        .filter(rule -> match(rule, pod).isPresent())
                        .map(PodFailurePolicyRule::action)
                        .findFirst()
                : Optional.empty();
    }

    private static Verdict verdict(String action, String message) {
        return switch (action) {
            case "FailJob" -> new Verdict.FailJob(message);
            case "FailIndex" -> new Verdict.FailIndex();
            case "Ignore" -> new Verdict.Ignore();
            default -> COUNT;
        };
    }

    /** What of {@code pod} the rule is about, in words; empty where it does not apply. */
    private static Optional<String> match(PodFailurePolicyRule rule, Pod pod) {
        return rule.hasOnExitCodes() ? matchExit(rule.onExitCodes(), pod) : matchCondition(rule, pod);
    }

    private static Optional<String> matchExit(PodFailurePolicyOnExitCodesRequirement wanted, Pod pod) {
        return JobPods.containers(pod)
                .filter(status ->
                        !wanted.hasContainerName() || wanted.containerName().equals(status.name()))
                .filter(status -> status.state().hasTerminated() && exitCode(status) != 0)
                .filter(status -> wanted.values().contains(exitCode(status))
                        == wanted.operator().equals("In"))
                .map(status -> "Container " + status.name() + " for pod " + pod.key() + " failed with exit code "
                        + exitCode(status))
                .findFirst();
    }

    private static int exitCode(ContainerStatus status) {
        return status.state().terminated().exitCode();
    }

    private static Optional<String> matchCondition(PodFailurePolicyRule rule, Pod pod) {
        return pod.status().conditions().stream()
                .filter(condition -> rule.onPodConditions().stream()
                        .anyMatch(
                                pattern -> condition.type().equals(pattern.type()) && is(condition, pattern.status())))
                .map(condition -> "Pod " + pod.key() + " has condition " + condition.type())
                .findFirst();
    }

    private static boolean is(PodCondition condition, String wanted) {
        return condition.status().equals(wanted.isEmpty() ? "True" : wanted);
    }
}
