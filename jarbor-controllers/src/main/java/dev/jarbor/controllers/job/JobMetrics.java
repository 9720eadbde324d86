package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;

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
    }

    /** One pass over a Job. */
    void synced(Job job, JobPass.Plan plan, boolean refused, Duration took) {
        String action =
                !plan.create().isEmpty() ? "pods_created" : plan.drop().isEmpty() ? "reconciling" : "pods_deleted";
        String result = refused ? "error" : "success";
        durations.observe(took.toNanos() / NANOS, action, mode(job), result);
        syncs.increment(action, mode(job), result);
    }

    /** The status that {@code plan} made of {@code before} has been written. */
    void reported(Job before, JobPass.Plan plan) {
        pods.add(plan.status().succeeded() - before.status().succeeded(), mode(before), "succeeded");
        pods.add(plan.status().failed() - before.status().failed(), mode(before), "failed");
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

    /** {@code pod} has ended, and its finalizer keeps it until it is counted. */
    void ended() {
        tracked.increment("add");
    }

    /** {@code pod} has been counted and let go. */
    void released(Job job, Pod pod) {
        tracked.increment("delete");
        FailurePolicy.action(job, pod).ifPresent(judged::increment);
    }

    private static String mode(Job job) {
        return job.spec().completionMode().equals("Indexed") ? "Indexed" : "NonIndexed";
    }
}
