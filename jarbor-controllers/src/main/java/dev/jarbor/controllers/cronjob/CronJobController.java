package dev.jarbor.controllers.cronjob;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
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
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Starts a Job at each time of a schedule. A Job's name follows from its CronJob and its time, so that none is started
 * twice however often the loop is stopped between a creation and the status that tells of it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/">CronJob</a>
 */
public final class CronJobController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "cronjob-controller";
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    /** After the time has come: clocks of several machines are never quite the same. */
    private static final Duration DELAY = Duration.ofMillis(100);

    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ROOT);

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
        cronJobs.onChange(change -> queue.enqueue(change.object().key()));
        jobs.onChange(this::jobChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
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

    private Outcome look(CronJob cronJob) {
        List<Job> children = jobs.by(Ownership.BY_CONTROLLER, cronJob.metadata().uid());
        CronJob noted = report(cronJob, noted(cronJob, children));
        trim(noted, children);
        if (Ownership.isDeleting(noted) || noted.spec().suspend()) {
            return Outcome.DONE;
        }
        try {
            return schedule(noted, CronSchedule.parse(noted.spec().schedule()), zone(noted));
        } catch (IllegalArgumentException unreadable) {
            events.warning(
                    noted,
                    "UnparseableSchedule",
                    "unparseable schedule: \"" + noted.spec().schedule() + "\" : " + unreadable.getMessage());
            return Outcome.DONE;
        } catch (DateTimeException unknown) {
            events.warning(
                    noted,
                    "UnknownTimeZone",
                    "invalid timeZone: \"" + noted.spec().timeZone() + "\" : " + unknown.getMessage());
            return Outcome.DONE;
        }
    }

    private static ZoneId zone(CronJob cronJob) {
        return cronJob.spec().timeZone().isEmpty()
                ? ZoneOffset.UTC
                : ZoneId.of(cronJob.spec().timeZone());
    }

    /** The status with what has become of the Jobs that were started. */
    private CronJobStatus noted(CronJob cronJob, List<Job> children) {
        CronJobStatus status = cronJob.status();
        var active = new ArrayList<ObjectReference>();
        for (ObjectReference reference : status.active()) {
            Optional<Job> job = children.stream()
                    .filter(child -> child.metadata().uid().equals(reference.uid()))
                    .findFirst()
                    .or(() -> live(cronJob, reference));
            if (job.isEmpty()) {
                events.normal(cronJob, "MissingJob", "Active job went missing: " + reference.name());
            } else if (ended(job.get()).isEmpty()) {
                active.add(reference);
            } else {
                events.normal(
                        cronJob,
                        "SawCompletedJob",
                        "Saw completed job: " + reference.name() + ", condition: "
                                + ended(job.get()).get());
            }
        }
        for (Job child : children) {
            boolean known = active.stream()
                    .anyMatch(one -> one.uid().equals(child.metadata().uid()));
            if (!known && ended(child).isEmpty() && !isOurs(cronJob, child)) {
                events.warning(
                        cronJob,
                        "UnexpectedJob",
                        "Saw a job that the controller did not create or forgot: " + child.name());
            } else if (!known && ended(child).isEmpty()) {
                active.add(reference(child));
            }
        }
        Optional<Instant> success = children.stream()
                .filter(child -> ended(child).filter("Complete"::equals).isPresent())
                .flatMap(child -> child.status().completionTime().stream())
                .max(Comparator.naturalOrder())
                .filter(time -> status.lastSuccessfulTime()
                        .filter(before -> !before.isBefore(time))
                        .isEmpty());
        CronJobStatus changed = active.isEmpty() ? status.withoutActive() : status.withActive(List.copyOf(active));
        return success.isPresent() ? changed.withLastSuccessfulTime(success.get()) : changed;
    }

    private Optional<Job> live(CronJob cronJob, ObjectReference reference) {
        return api.find(Job.KIND, new ObjectKey(cronJob.namespace(), reference.name()))
                .filter(job -> job.metadata().uid().equals(reference.uid()));
    }

    /** Whether {@code child} was started for a time: then only the status that should tell of it was lost. */
    private static boolean isOurs(CronJob cronJob, Job child) {
        return child.name().startsWith(cronJob.name() + "-")
                && child.metadata().annotations().containsKey(SCHEDULED);
    }

    /** {@code Complete} or {@code Failed}; empty while it is neither. */
    private static Optional<String> ended(Job job) {
        return job.status().conditions().stream()
                .filter(condition -> condition.status().equals("True"))
                .map(JobCondition::type)
                .filter(type -> type.equals("Complete") || type.equals("Failed"))
                .findFirst();
    }

    private void trim(CronJob cronJob, List<Job> children) {
        trim(cronJob, children, "Complete", cronJob.spec().successfulJobsHistoryLimitOr(3));
        trim(cronJob, children, "Failed", cronJob.spec().failedJobsHistoryLimitOr(1));
    }

    private void trim(CronJob cronJob, List<Job> children, String how, int limit) {
        List<Job> ended = children.stream()
                .filter(child -> ended(child).filter(how::equals).isPresent())
                .filter(child -> !Ownership.isDeleting(child))
                .sorted(Comparator.comparing(
                                (Job child) -> child.status().startTime().orElse(Instant.EPOCH))
                        .thenComparing(Job::name))
                .toList();
        ended.subList(0, Math.max(0, ended.size() - limit)).forEach(job -> delete(cronJob, job));
    }

    private void delete(CronJob cronJob, Job job) {
        try {
            api.delete(
                    Job.KIND,
                    job.key(),
                    DeleteOptions.NONE
                            .propagation("Background")
                            .ifUid(job.metadata().uid()));
            events.normal(cronJob, "SuccessfulDelete", "Deleted job " + job.name());
        } catch (ApiException refused) {
            if (!refused.isNotFound() && !refused.isConflict()) {
                events.warning(cronJob, "FailedDelete", "Deleted job: " + refused.getMessage());
                throw refused;
            }
        }
    }

    private Outcome schedule(CronJob cronJob, CronSchedule schedule, ZoneId zone) {
        Instant now = runtime.now();
        Due due = Due.of(cronJob, schedule, zone, now);
        Outcome later = due.next()
                .map(next -> Outcome.again(Duration.between(now, next).plus(DELAY)))
                .orElse(Outcome.DONE);
        if (due.time().isEmpty()) {
            return later;
        }
        if (due.missed() > Due.MANY) {
            events.warning(
                    cronJob,
                    "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
        }
        Instant time = due.time().get();
        if (Due.isTooLate(cronJob, time, now)) {
            events.warning(
                    cronJob,
                    "MissSchedule",
                    "Missed scheduled time to start a job: " + RFC_1123.format(time.atZone(zone)));
            return later;
        }
        List<ObjectReference> active = cronJob.status().active();
        switch (cronJob.spec().concurrencyPolicy()) {
            case "Forbid" -> {
                if (!active.isEmpty()) {
                    events.normal(
                            cronJob,
                            "JobAlreadyActive",
                            "Not starting job because prior execution is running and concurrency policy is Forbid");
                    return later;
                }
            }
            case "Replace" ->
                active.forEach(reference -> live(cronJob, reference).ifPresent(job -> delete(cronJob, job)));
            default -> {}
        }
        start(cronJob, time, zone);
        return later;
    }

    private void start(CronJob cronJob, Instant time, ZoneId zone) {
        JobTemplateSpec template = cronJob.spec().jobTemplate();
        var annotations = new TreeMap<>(template.metadata().annotations());
        annotations.put(
                SCHEDULED,
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atZone(zone).toOffsetDateTime()));
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withName(cronJob.name() + "-" + time.getEpochSecond() / 60)
                .withLabels(template.metadata().labels())
                .withAnnotations(annotations);
        Job wanted = Job.EMPTY
                .withMetadata(Ownership.controlled(metadata, CronJob.KIND, cronJob))
                .withSpec(template.spec());
        Optional<Job> started = create(cronJob, wanted, time);
        if (started.isEmpty()) {
            return;
        }
        var active = new ArrayList<ObjectReference>();
        if (!cronJob.spec().concurrencyPolicy().equals("Replace")) {
            active.addAll(cronJob.status().active());
        }
        active.add(reference(started.get()));
        report(cronJob, cronJob.status().withActive(active).withLastScheduleTime(time));
    }

    /** The Job, made now or before; empty where none can be. */
    private Optional<Job> create(CronJob cronJob, Job wanted, Instant time) {
        try {
            Job created = api.create(Job.KIND, wanted);
            skews.observe(Duration.between(time, runtime.now()).toMillis() / 1000.0);
            events.normal(cronJob, "SuccessfulCreate", "Created job " + created.name());
            return Optional.of(created);
        } catch (ApiException refused) {
            if (refused.isAlreadyExists()) {
                return api.find(Job.KIND, new ObjectKey(cronJob.namespace(), wanted.name()))
                        .filter(live -> Ownership.isControlledBy(live, cronJob));
            }
            boolean going = refused.status().details().causes().stream()
                    .anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
            if (going) {
                return Optional.empty();
            }
            events.warning(cronJob, "FailedCreate", "Error creating job: " + refused.getMessage());
            throw refused;
        }
    }

    private static ObjectReference reference(Job job) {
        return ObjectReference.EMPTY
                .withApiVersion(Job.KIND.apiVersion())
                .withKind(Job.KIND.name())
                .withNamespace(job.namespace())
                .withName(job.name())
                .withUid(job.metadata().uid())
                .withResourceVersion(job.metadata().resourceVersion());
    }

    private CronJob report(CronJob cronJob, CronJobStatus status) {
        if (status.equals(cronJob.status())) {
            return cronJob;
        }
        return api.updateStatus(CronJob.KIND, cronJob.withStatus(status));
    }
}
