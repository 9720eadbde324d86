package dev.jarbor.controllers.job;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;

/** Lets pods go that no Job counts any more, because it is over, gone, or has left them to themselves. */
final class OrphanPods implements AutoCloseable {
    private final Api api;
    private final Informer<Job> jobs;
    private final Informer<Pod> pods;
    private final Controller queue;

    OrphanPods(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.jobs = informers.of(Job.KIND);
        this.pods = informers.of(Pod.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.queue = new Controller("job_orphan_pod", informers, runtime, 1, this::reconcile);
        pods.onChange(this::podChanged);
        jobs.onChange(this::jobChanged);
    }

    void start() {
        queue.start();
    }

    @Override
    public void close() {
        queue.close();
    }

    private void podChanged(Change<Pod> change) {
        Pod pod = change.object();
        if (!(change instanceof Change.Deleted<Pod>) && JobPods.isTracked(pod) && isLeft(pod)) {
            queue.enqueue(pod.key());
        }
    }

    private void jobChanged(Change<Job> change) {
        Job job = change.object();
        if (change instanceof Change.Deleted<Job> || Ending.isOver(job)) {
            pods.by(Ownership.BY_CONTROLLER, job.metadata().uid()).stream()
                    .filter(JobPods::isTracked)
                    .forEach(pod -> queue.enqueue(pod.key()));
        }
    }

    /** Whether no Job is known that counts {@code pod}. */
    private boolean isLeft(Pod pod) {
        Optional<OwnerReference> controller = Ownership.controllerOf(pod);
        return controller.isEmpty()
                || controller
                        .filter(OrphanPods::isJob)
                        .filter(reference -> counting(reference, jobs.get(key(pod, reference)))
                                .isEmpty())
                        .isPresent();
    }

    private static boolean isJob(OwnerReference reference) {
        return reference.kind().equals(Job.KIND.name())
                && reference.apiVersion().equals(Job.KIND.apiVersion());
    }

    private static ObjectKey key(Pod pod, OwnerReference reference) {
        return new ObjectKey(pod.namespace(), reference.name());
    }

    /** The Job of {@code reference}, where it is still to count its pods, or somebody else's. */
    private static Optional<Job> counting(OwnerReference reference, Optional<Job> found) {
        return found.filter(job -> job.metadata().uid().equals(reference.uid()))
                .filter(job -> !Ending.isOver(job) || JobController.isForeign(job));
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Pod> pod = pods.get(key).filter(JobPods::isTracked).filter(this::isLeft);
        // What the copy does not show may be there all the same.
        boolean counted = pod.flatMap(one -> Ownership.controllerOf(one)
                        .flatMap(reference -> counting(reference, api.find(Job.KIND, key(one, reference)))))
                .isPresent();
        if (!counted) {
            pod.ifPresent(one -> JobPods.release(api, one));
        }
        return Outcome.DONE;
    }
}
