package dev.jarbor.controllers.cronjob;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobTemplateSpec;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.cron.CronSchedule;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Starts a Job at each time of a schedule. A Job's name follows from its CronJob and its time, so that none is started
 * twice however often the loop is stopped between a creation and the status that tells of it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/">CronJob</a>
 */
public final class CronJobController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "cronjob-controller";
    /** After the time has come: clocks of several machines are never quite the same. */
    private static final Duration DELAY = Duration.ofMillis(100);

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<CronJob> cronJobs;
    private final Informer<Job> jobs;
    private final Histogram skews;
    private final Controller queue;

    public CronJobController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public CronJobController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.cronJobs = informers.of(CronJob.KIND);
        this.jobs = informers.of(Job.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.skews = registry.histogram(
                "cronjob_controller_job_creation_skew_duration_seconds",
                "Time between when a cronjob is scheduled to be run, and when the corresponding job is created",
                MetricRegistry.exponential(1, 2, 10));
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        cronJobs.onChange(this::cronJobChanged);
        jobs.onChange(this::jobChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /**
     * A new schedule is not about the times before it came: the next one is waited for. Whatever else changes is looked at at
     * once.
     */
    private void cronJobChanged(Change<CronJob> change) {
        CronJob cronJob = change.object();
        boolean rescheduled = change instanceof Change.Updated<CronJob>(CronJob before, CronJob after)
                && !(before.spec().schedule().equals(after.spec().schedule())
                        && before.spec().timeZone().equals(after.spec().timeZone()));
        if (!rescheduled) {
            queue.enqueue(cronJob.key());
        } else if (CronSchedule.fault(cronJob.spec().schedule()).isPresent()) {
            events.warning(
                    cronJob,
                    "UnParseableCronJobSchedule",
                    "unparseable schedule for cronjob: " + cronJob.spec().schedule());
        } else {
            queue.enqueue(
                    cronJob.key(),
                    Timetable.next(cronJob, runtime.now()).map(this::until).orElse(Duration.ZERO));
        }
    }

    private Duration until(Instant time) {
        return Duration.between(runtime.now(), time).plus(DELAY);
    }

    private void jobChanged(Change<Job> change) {
        Job job = change.object();
        Ownership.controllerOf(job)
                .filter(reference -> reference.kind().equals(CronJob.KIND.name()))
                .map(OwnerReference::name)
                .ifPresent(name -> queue.enqueue(new ObjectKey(job.namespace(), name)));
    }

    private Outcome reconcile(ObjectKey key) {
        return cronJobs.get(key).map(this::look).orElse(Outcome.DONE);
    }

    private Outcome look(CronJob copy) {
        List<Job> children = jobs.by(Ownership.BY_CONTROLLER, copy.metadata().uid());
        CronJob cronJob = Followed.knows(copy, children)
                ? copy
                : api.find(CronJob.KIND, copy.key())
                        .filter(live -> isSame(live, copy))
                        .orElse(copy);
        Followed followed = Followed.of(trimmed(cronJob, children), children, reference -> isThere(cronJob, reference));
        followed.notices().forEach(notice -> notice.tell(events, cronJob));
        var status = new AtomicReference<>(followed.status());
        try {
            return schedule(cronJob.withStatus(followed.status()), status);
        } finally {
            report(cronJob, status.get());
        }
    }

    private static boolean isSame(CronJob live, CronJob copy) {
        return live.metadata().uid().equals(copy.metadata().uid());
    }

    private boolean isThere(CronJob cronJob, ObjectReference reference) {
        return api.find(Job.KIND, new ObjectKey(cronJob.namespace(), reference.name()))
                .isPresent();
    }

    /** Deletes what is beyond the limits of the history; of what is deleted nobody says any more that it runs. */
    private CronJob trimmed(CronJob cronJob, List<Job> children) {
        CronJobStatus status = cronJob.status();
        for (Job job : Followed.surplus(cronJob, children)) {
            if (delete(cronJob, job)) {
                status = without(status, job);
            }
        }
        return cronJob.withStatus(status);
    }

    private static CronJobStatus without(CronJobStatus status, Job job) {
        List<ObjectReference> left = status.active().stream()
                .filter(one -> !one.uid().equals(job.metadata().uid()))
                .toList();
        return left.size() == status.active().size() ? status : Followed.withActive(status, left);
    }

    /** Returns whether {@code job} goes. */
    private boolean delete(CronJob cronJob, Job job) {
        try {
            api.delete(
                    Job.KIND,
                    job.key(),
                    DeleteOptions.NONE
                            .propagation("Background")
                            .ifUid(job.metadata().uid()));
            events.normal(cronJob, "SuccessfulDelete", "Deleted job " + job.name());
            return true;
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return true;
            }
            events.warning(cronJob, "FailedDelete", "Deleted job: " + refused.getMessage());
            return false;
        }
    }

    /** @param status what is to be reported, however far this gets */
    private Outcome schedule(CronJob cronJob, AtomicReference<CronJobStatus> status) {
        Timetable table = Timetable.of(cronJob, runtime.now());
        table.notices().forEach(notice -> notice.tell(events, cronJob));
        if (table.start().isPresent()) {
            if (cronJob.spec().concurrencyPolicy().equals("Replace")) {
                cronJob.status().active().forEach(one -> status.set(without(status.get(), replace(cronJob, one))));
            }
            Instant time = table.start().get();
            start(cronJob, time)
                    .ifPresent(job -> status.set(with(status.get(), job).withLastScheduleTime(time)));
        }
        return table.next().map(this::until).map(Outcome::again).orElse(Outcome.DONE);
    }

    private Job replace(CronJob cronJob, ObjectReference reference) {
        Job job;
        try {
            job = api.get(Job.KIND, new ObjectKey(cronJob.namespace(), reference.name()));
        } catch (ApiException refused) {
            events.warning(cronJob, "FailedGet", "Get job: " + refused.getMessage());
            throw refused;
        }
        if (!delete(cronJob, job)) {
            throw ApiException.serviceUnavailable("could not replace job " + job.key());
        }
        return job;
    }

    private static CronJobStatus with(CronJobStatus status, Job job) {
        var active = new ArrayList<>(status.active());
        active.add(Followed.reference(job));
        return status.withActive(active);
    }

    /** The Job for {@code time}, made now or before; empty where none can be. */
    private Optional<Job> start(CronJob cronJob, Instant time) {
        Job wanted = job(cronJob, time);
        try {
            Job created = api.create(Job.KIND, wanted);
            Instant made = created.metadata().creationTimestamp().orElse(runtime.now());
            skews.observe(Duration.between(time, made).toMillis() / 1000.0);
            events.normal(cronJob, "SuccessfulCreate", "Created job " + created.name());
            return Optional.of(created);
        } catch (ApiException refused) {
            if (refused.isAlreadyExists()) {
                return api.find(Job.KIND, new ObjectKey(cronJob.namespace(), wanted.name()))
                        .filter(live -> Ownership.isControlledBy(live, cronJob));
            }
            if (!refused.isNamespaceTerminating()) {
                events.warning(cronJob, "FailedCreate", "Error creating job: " + refused.getMessage());
            }
            throw refused;
        }
    }

    private static Job job(CronJob cronJob, Instant time) {
        JobTemplateSpec template = cronJob.spec().jobTemplate();
        var annotations = new TreeMap<>(template.metadata().annotations());
        annotations.put(
                Followed.SCHEDULED,
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        time.atZone(Timetable.zone(cronJob)).toOffsetDateTime()));
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withName(Timetable.jobName(cronJob, time))
                .withLabels(template.metadata().labels())
                .withAnnotations(annotations);
        return Job.EMPTY
                .withMetadata(Ownership.controlled(metadata, CronJob.KIND, cronJob))
                .withSpec(template.spec());
    }

    private void report(CronJob cronJob, CronJobStatus status) {
        if (!status.equals(cronJob.status())) {
            api.updateStatus(CronJob.KIND, cronJob.withStatus(status));
        }
    }
}
