package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.SuccessPolicyRule;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.job.FailurePolicy.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a Job comes to its end. It is noted first (SuccessCriteriaMet, FailureTarget), and only when no pod is left it is over
 * (Complete, Failed), for the same reason.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions">Terminal Job
 *     conditions</a>
 */
record Ending(boolean success, String reason, String message) {
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";
    private static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";
    private static final String FAILURE_TARGET = "FailureTarget";

    static final Ending COMPLETIONS_REACHED =
            new Ending(true, "CompletionsReached", "Reached expected number of succeeded pods");

    /** The condition by which it is noted. */
    String noted() {
        return success ? SUCCESS_CRITERIA_MET : FAILURE_TARGET;
    }

    /** The condition that says that the Job is over. */
    String over() {
        return success ? COMPLETE : FAILED;
    }

    /** Whether {@code job} is over. */
    static boolean isOver(Job job) {
        return since(job).isPresent();
    }

    /** When {@code job} was over. */
    static Optional<Instant> since(Job job) {
        return job.status().conditions().stream()
                .filter(condition ->
                        condition.type().equals(COMPLETE) || condition.type().equals(FAILED))
                .filter(condition -> condition.status().equals("True"))
                .map(condition -> condition.lastTransitionTime().orElse(Instant.EPOCH))
                .findFirst();
    }

    /** What {@code job} has noted already. */
    static Optional<Ending> noted(Job job) {
        for (JobCondition condition : job.status().conditions()) {
            boolean success = condition.type().equals(SUCCESS_CRITERIA_MET);
            if (condition.status().equals("True")
                    && (success || condition.type().equals(FAILURE_TARGET))) {
                return Optional.of(new Ending(success, condition.reason(), condition.message()));
            }
        }
        return Optional.empty();
    }

    /** What ends {@code job} now, before any more pods are made. */
    static Optional<Ending> due(Job job, List<Pod> pods, Tally tally, Instant now) {
        return noted(job)
                .or(() -> failJob(job, pods))
                .or(() -> tooManyFailures(job, pods, tally))
                .or(() -> tooLate(job, now))
                .or(() -> tooManyIndexes(job, tally))
                .or(() -> successPolicy(job, tally));
    }

    private static Optional<Ending> failJob(Job job, List<Pod> pods) {
        return pods.stream()
                .map(pod -> FailurePolicy.judge(job, pod))
                .filter(Verdict.FailJob.class::isInstance)
                .map(verdict -> fail("PodFailurePolicy", ((Verdict.FailJob) verdict).message()))
                .findFirst();
    }

    private static Optional<Ending> tooManyFailures(Job job, List<Pod> pods, Tally tally) {
        int limit = job.spec().backoffLimitOr(6);
        return tally.failed() > limit || restartedTooOften(job, pods, limit)
                ? Optional.of(fail("BackoffLimitExceeded", "Job has reached the specified backoff limit"))
                : Optional.empty();
    }

    /** Where containers are restarted in place, their restarts are the failures. */
    private static boolean restartedTooOften(Job job, List<Pod> pods, int limit) {
        if (!job.spec().template().spec().restartPolicy().equals("OnFailure")) {
            return false;
        }
        int restarts = pods.stream()
                .filter(pod ->
                        List.of("Running", "Pending").contains(pod.status().phase()))
                .flatMap(JobPods::containers)
                .mapToInt(ContainerStatus::restartCount)
                .sum();
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    private static Optional<Ending> tooLate(Job job, Instant now) {
        return deadline(job).filter(end -> !now.isBefore(end)).isPresent()
                ? Optional.of(fail("DeadlineExceeded", "Job was active longer than specified deadline"))
                : Optional.empty();
    }

    /** When {@code job} has been active as long as it may; empty where it has no limit or is suspended. */
    static Optional<Instant> deadline(Job job) {
        return job.spec().hasActiveDeadlineSeconds() && !job.spec().suspend()
                ? job.status()
                        .startTime()
                        .map(start -> start.plusSeconds(job.spec().activeDeadlineSeconds()))
                : Optional.empty();
    }

    private static Optional<Ending> tooManyIndexes(Job job, Tally tally) {
        int failed = tally.failedIndexes().size();
        if (!job.spec().hasBackoffLimitPerIndex() || failed == 0) {
            return Optional.empty();
        }
        if (job.spec().hasMaxFailedIndexes() && failed > job.spec().maxFailedIndexes()) {
            return Optional.of(fail(
                    "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"));
        }
        return failed + tally.completed().size() >= job.spec().completions()
                ? Optional.of(fail("FailedIndexes", "Job has failed indexes"))
                : Optional.empty();
    }

    private static Optional<Ending> successPolicy(Job job, Tally tally) {
        List<SuccessPolicyRule> rules = job.spec().successPolicy().rules();
        for (int i = 0; i < rules.size(); i++) {
            if (isMet(rules.get(i), job, tally.completed())) {
                return Optional.of(new Ending(true, "SuccessPolicy", "Matched rules at index " + i));
            }
        }
        return Optional.empty();
    }

    private static boolean isMet(SuccessPolicyRule rule, Job job, Indexes completed) {
        if (!rule.hasSucceededIndexes()) {
            return rule.hasSucceededCount() && completed.size() >= rule.succeededCount();
        }
        Indexes wanted = Indexes.parse(rule.succeededIndexes(), job.spec().completions());
        return completed.and(wanted).size() >= rule.succeededCountOr(wanted.size());
    }

    private static Ending fail(String reason, String message) {
        return new Ending(false, reason, message);
    }
}
