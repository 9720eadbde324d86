package dev.jarbor.controllers.job;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.Claims;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodMaker;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loop around {@link JobPass}. Counting is safe against every stop and every stale copy: what has ended is looked up on
 * the server before it is noted, the status is written before a finalizer goes, and a status that was decided on an old
 * copy is refused.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>
 */
public final class JobController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "job-controller";
    /** What {@code spec.managedBy} says of the Jobs that are ours. */
    private static final String MANAGER = "kubernetes.io/job-controller";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<Job> jobs;
    private final Informer<Pod> pods;
    private final Claims<Pod, Job> claims;
    private final PodMaker maker;
    private final Unseen<Pod> unseen;
    private final Unseen<Job> written;
    private final JobMetrics metrics;
    /** What is remembered of the failures of Jobs that are not over. */
    private final Map<ObjectKey, Backoff> backoffs = new ConcurrentHashMap<>();

    private final OrphanPods orphans;
    private final Controller queue;

    public JobController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public JobController(Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.jobs = informers.of(Job.KIND);
        this.pods = informers.of(Pod.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.claims = new Claims<>(api, Pod.KIND, Job.KIND, JobPods.TRACKING);
        this.maker = new PodMaker(api, events);
        Counter skips = Unseen.skips(registry, "job_controller", "Job");
        this.unseen = new Unseen<>(api, pods, runtime, skips);
        this.written = new Unseen<>(api, jobs, runtime, skips);
        this.metrics = new JobMetrics(registry);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        this.orphans = new OrphanPods(api, informers, runtime);
        jobs.onChange(this::jobChanged);
        pods.onChange(this::podChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        queue.start();
        orphans.start();
    }

    @Override
    public void close() {
        queue.close();
        orphans.close();
    }

    private void jobChanged(Change<Job> change) {
        if (change instanceof Change.Added<Job>(Job job) && isForeign(job)) {
            metrics.foreign(job);
        }
        queue.enqueue(change.object().key());
    }

    /** Whether somebody else is to run {@code job}. */
    static boolean isForeign(Job job) {
        return job.spec().hasManagedBy() && !job.spec().managedBy().equals(MANAGER);
    }

    private void podChanged(Change<Pod> change) {
        metrics.changed(change);
        Ownership.concerned(change, Job.KIND, jobs, JobController::selector).forEach(queue::enqueue);
    }

    private static Selector selector(Job job) {
        ObjectValue selector = job.spec().selector().value();
        return selector.isEmpty() ? Selector.nothing() : Selector.ofObject(selector);
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Job> found = jobs.get(key);
        if (found.isEmpty()) {
            unseen.forget(key);
            written.forget(key);
            backoffs.remove(key);
            return Outcome.DONE;
        }
        Job job = found.get();
        if (isForeign(job)) {
            return Outcome.DONE;
        }
        if (Ending.isOver(job)) {
            backoffs.remove(key);
            return Outcome.DONE;
        }
        if (!unseen.settled(key) || !written.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        long begun = runtime.nanoTime();
        List<Pod> owned = confirmed(claims.settle(job, selector(job), candidates(job)));
        JobPass.Plan plan = JobPass.plan(job, owned, Optional.ofNullable(backoffs.get(key)), runtime.now());
        boolean refused = true;
        try {
            Outcome outcome = carryOut(job, plan);
            refused = false;
            return outcome;
        } finally {
            metrics.synced(job, plan, refused, Duration.ofNanos(runtime.nanoTime() - begun));
        }
    }

    private List<Pod> candidates(Job job) {
        var candidates = new ArrayList<Pod>(
                pods.by(Ownership.BY_CONTROLLER, job.metadata().uid()));
        candidates.addAll(pods.by(Ownership.BY_CONTROLLER, Ownership.orphansIn(job.namespace())));
        return candidates;
    }

    /** The pods as they are; a copy may still show a finalizer that went when its pod was counted. */
    private List<Pod> confirmed(List<Pod> owned) {
        var confirmed = new ArrayList<Pod>();
        for (Pod pod : owned) {
            if (JobPods.isTracked(pod) && !PodState.isActive(pod)) {
                api.find(Pod.KIND, pod.key())
                        .filter(live ->
                                live.metadata().uid().equals(pod.metadata().uid()))
                        .ifPresent(confirmed::add);
            } else {
                confirmed.add(pod);
            }
        }
        return List.copyOf(confirmed);
    }

    private Outcome carryOut(Job job, JobPass.Plan plan) {
        ObjectKey key = job.key();
        plan.crew().drop().forEach(pod -> release(key, pod));
        maker.delete(job, plan.crew().drop(), pod -> unseen.deleted(key, pod))
                .or(() -> maker.delete(job, plan.end(), pod -> unseen.deleted(key, pod)))
                .ifPresent(refused -> {
                    throw refused;
                });
        var made = new AtomicInteger();
        Optional<ApiException> notMade = maker.create(job, plan.crew().create(), pod -> {
            unseen.created(key, pod);
            made.incrementAndGet();
        });
        metrics.created(job, plan, made.get(), notMade.isPresent() ? 1 : 0);
        report(job, plan, plan.crew().create().size() - made.get());
        for (Pod pod : plan.accounts().release()) {
            release(key, pod);
        }
        notMade.ifPresent(refused -> {
            throw refused;
        });
        return plan.again()
                .map(when -> Duration.between(runtime.now(), when))
                .map(wait -> Outcome.again(wait.isPositive() ? wait : Duration.ofMillis(1)))
                .orElse(Outcome.DONE);
    }

    /** @param lacking how many pods could not be made */
    private void report(Job job, JobPass.Plan plan, int lacking) {
        JobStatus status = plan.status();
        if (lacking > 0) {
            int active = status.active() - lacking;
            status = active == 0 ? status.withoutActive() : status.withActive(active);
        }
        if (!status.equals(job.status())) {
            written.changed(job.key(), api.updateStatus(Job.KIND, job.withStatus(status)));
            metrics.reported(job, plan);
            plan.notices().forEach(notice -> notice.tell(events, job));
        }
        backoffs.put(job.key(), plan.backoff());
    }

    /** Takes the finalizer from {@code pod}, if it is still that pod and has it. */
    private void release(ObjectKey owner, Pod pod) {
        if (JobPods.isTracked(pod)) {
            JobPods.release(api, pod).ifPresent(released -> unseen.changed(owner, released));
        }
    }
}
