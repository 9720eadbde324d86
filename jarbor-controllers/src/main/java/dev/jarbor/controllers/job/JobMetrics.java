package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.Change;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.Locale;

/**
 * What becomes of Jobs, counted under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class JobMetrics {
    private static final double NANOS = 1e9;

    private final Histogram durations;
    private final Counter syncs;
    private final Counter jobs;
    private final Counter pods;
    private final Counter judged;
    private final Counter tracked;
    private final Counter creations;
    private final Counter indexes;
    private final Counter others;

    JobMetrics(MetricRegistry registry) {
        durations = registry.histogram(
                "job_controller_job_sync_duration_seconds",
                "The time it took to sync a job",
                MetricRegistry.exponential(0.004, 2, 15),
                "action",
                "completion_mode",
                "result");
        syncs = registry.counter(
                "job_controller_job_syncs_total", "The number of job syncs", "action", "completion_mode", "result");
        jobs = registry.counter(
                "job_controller_jobs_finished_total",
                "The number of finished jobs",
                "completion_mode",
                "reason",
                "result");
        pods = registry.counter(
                "job_controller_job_pods_finished_total",
                "The number of finished Pods that are fully tracked",
                "completion_mode",
                "result");
        judged = registry.counter(
                "job_controller_pod_failures_handled_by_failure_policy_total",
                "Failed pods that a rule of a failure policy applied to, by its action.",
                "action");
        tracked = registry.counter(
                "job_controller_terminated_pods_tracking_finalizer_total",
                "Pods that have ended and got (add) or lost (delete) the finalizer batch.kubernetes.io/job-tracking.",
                "event");
        creations = registry.counter(
                "job_controller_job_pods_creation_total",
                "Pods that were to be created, by why: the first ones, or others instead of such that failed or go.",
                "reason",
                "status");
        indexes = registry.counter(
                "job_controller_job_finished_indexes_total",
                "Indexes that have come to their end, by how, and by whose limit of failures counts.",
                "status",
                "backoffLimit");
        others = registry.counter(
                "job_controller_jobs_by_external_controller_total",
                "Jobs that somebody else manages.",
                "controller_name");
    }

    /** {@code made} pods were created for {@code job}, and {@code refused} could not be. */
    void created(Job job, JobPass.Plan plan, int made, int refused) {
        String reason = "new";
        if (job.spec().podReplacementPolicy().equals("Failed") && plan.tally().failed() > 0) {
            reason = "recreate_failed";
        } else if (plan.tally().failed() > 0 || plan.status().terminating() > 0) {
            reason = "recreate_terminating_or_failed";
        }
        creations.add(made, reason, "succeeded");
        creations.add(refused, reason, "failed");
    }

    /** A Job has come that is not for this loop. */
    void foreign(Job job) {
        others.increment(job.spec().managedBy());
    }

    /** One pass over a Job. */
    void synced(Job job, JobPass.Plan plan, boolean refused, Duration took) {
        String action = plan.crew().action().name().toLowerCase(Locale.ROOT);
        String result = refused ? "error" : "success";
        durations.observe(took.toNanos() / NANOS, action, mode(job), result);
        syncs.increment(action, mode(job), result);
    }

    /** The status that {@code plan} made of {@code before} has been written. */
    void reported(Job before, JobPass.Plan plan) {
        plan.accounts().judged().forEach(judged::increment);
        pods.add(plan.status().succeeded() - before.status().succeeded(), mode(before), "succeeded");
        pods.add(plan.status().failed() - before.status().failed(), mode(before), "failed");
        if (JobPods.isIndexed(before)) {
            String whose = before.spec().hasBackoffLimitPerIndex() ? "perIndex" : "global";
            indexes.add(
                    count(before, plan.status().completedIndexes())
                            - count(before, before.status().completedIndexes()),
                    "succeeded",
                    whose);
            indexes.add(
                    count(before, plan.status().failedIndexes())
                            - count(before, before.status().failedIndexes()),
                    "failed",
                    whose);
        }
        if (!Ending.isOver(before)) {
            plan.status().conditions().stream()
                    .filter(condition -> condition.status().equals("True"))
                    .forEach(condition -> {
                        if (condition.type().equals("Complete")) {
                            jobs.increment(mode(before), "", "succeeded");
                        } else if (condition.type().equals("Failed")) {
                            jobs.increment(mode(before), condition.reason(), "failed");
                        }
                    });
        }
    }

    private static int count(Job job, String indexes) {
        return Indexes.parse(indexes, job.spec().completions()).size();
    }

    /** A pod has changed: one that has ended may have come to be kept by its finalizer, or be kept no more. */
    void changed(Change<Pod> change) {
        boolean before = switch (change) {
            case Change.Added<Pod> added -> false;
            case Change.Updated<Pod>(Pod old, Pod now) -> isKept(old);
            case Change.Deleted<Pod>(Pod last) -> isKept(last);
        };
        boolean after = !(change instanceof Change.Deleted<Pod>) && isKept(change.object());
        if (before != after) {
            tracked.increment(after ? "add" : "delete");
        }
    }

    private static boolean isKept(Pod pod) {
        return PodState.isFinished(pod) && JobPods.isTracked(pod);
    }

    private static String mode(Job job) {
        return job.spec().completionMode().equals("Indexed") ? "Indexed" : "NonIndexed";
    }
}
