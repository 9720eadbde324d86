package dev.jarbor.controllers.job;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Deletes Jobs some time after they are over, with their pods. Whether one really is over is asked on the server: its time may
 * have been prolonged.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/">Automatic Cleanup for
 *     Finished Jobs</a>
 */
public final class FinishedJobController implements ControlLoop {
    private static final String NAME = "ttl-after-finished-controller";

    private final Api api;
    private final Runtime runtime;
    private final Informer<Job> jobs;
    private final Histogram deletions;
    private final Controller queue;

    public FinishedJobController(Api api, Informers informers, Runtime runtime) {
        this(api, informers, runtime, new MetricRegistry());
    }

    public FinishedJobController(Api api, Informers informers, Runtime runtime, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.jobs = informers.of(Job.KIND);
        this.deletions = registry.histogram(
                "ttl_after_finished_controller_job_deletion_duration_seconds",
                "The time it took to delete the job since it became eligible for deletion",
                MetricRegistry.exponential(0.1, 2, 14));
        this.queue = new Controller(NAME, informers, runtime, 5, this::reconcile);
        jobs.onChange(change -> queue.enqueue(change.object().key()));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Instant> end = jobs.get(key).flatMap(FinishedJobController::end);
        if (end.isEmpty()) {
            return Outcome.DONE;
        }
        Duration left = Duration.between(runtime.now(), end.get());
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        api.find(Job.KIND, key)
                .filter(live ->
                        end(live).filter(then -> !runtime.now().isBefore(then)).isPresent())
                .ifPresent(this::delete);
        return Outcome.DONE;
    }

    /** When {@code job} may go; empty while it is not over or has no such time. */
    private static Optional<Instant> end(Job job) {
        return job.spec().hasTtlSecondsAfterFinished() && !Ownership.isDeleting(job)
                ? Ending.since(job).map(over -> over.plusSeconds(job.spec().ttlSecondsAfterFinished()))
                : Optional.empty();
    }

    private void delete(Job job) {
        IfThere.write(() -> {
            api.delete(
                    Job.KIND,
                    job.key(),
                    DeleteOptions.NONE
                            .propagation("Foreground")
                            .ifUid(job.metadata().uid()));
            end(job).ifPresent(then ->
                    deletions.observe(Duration.between(then, runtime.now()).toMillis() / 1000.0));
        });
    }
}
