package dev.jarbor.controllers.cronjob;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.controllers.common.Notice;
import dev.jarbor.controllers.common.Ownership;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What has become of the Jobs of a CronJob.
 *
 * @param status with those that still run, and when one succeeded last
 * @param notices what is to be told, in order
 */
record Followed(CronJobStatus status, List<Notice> notices) {
    /** In which a Job carries the time that it was started for. */
    static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private static final String COMPLETE = "Complete";
    private static final String FAILED = "Failed";

    /**
     * @param children the Jobs that {@code cronJob} controls
     * @param isThere whether a Job that is said to be active and not among {@code children} is there all the same: a copy may
     *     not show it yet
     */
    static Followed of(CronJob cronJob, List<Job> children, Predicate<ObjectReference> isThere) {
        var notices = new ArrayList<Notice>();
        var active = new TreeMap<Integer, ObjectReference>();
        List<ObjectReference> known = cronJob.status().active();
        for (int i = 0; i < known.size(); i++) {
            active.put(i, known.get(i));
        }
        CronJobStatus status = cronJob.status();
        for (Job child : children) {
            boolean found = isActive(cronJob, child);
            Optional<String> end = end(child);
            if (end.isEmpty() && !found) {
                notices.add(Notice.warning(
                        "UnexpectedJob", "Saw a job that the controller did not create or forgot: " + child.name()));
                Optional<Instant> started = startedFor(cronJob, child);
                if (started.isPresent()) {
                    // It was started, and the status that should have told of it was lost.
                    active.put(active.isEmpty() ? 0 : active.lastKey() + 1, reference(child));
                    status = later(status, started.get());
                }
            } else if (end.isPresent() && found) {
                active.values()
                        .removeIf(one -> one.uid().equals(child.metadata().uid()));
                notices.add(Notice.normal(
                        "SawCompletedJob", "Saw completed job: " + child.name() + ", condition: " + end.get()));
            }
            status = succeeded(status, child);
        }
        Set<String> uids = Set.copyOf(
                children.stream().map(child -> child.metadata().uid()).toList());
        active.values().removeIf(one -> {
            boolean missing = !uids.contains(one.uid()) && !isThere.test(one);
            if (missing) {
                notices.add(Notice.normal("MissingJob", "Active job went missing: " + one.name()));
            }
            return missing;
        });
        return new Followed(withActive(status, List.copyOf(active.values())), List.copyOf(notices));
    }

    /** Whether {@code cronJob} tells of all {@code children} that run; if not, it may be an old copy. */
    static boolean knows(CronJob cronJob, List<Job> children) {
        return children.stream().allMatch(child -> end(child).isPresent() || isActive(cronJob, child));
    }

    private static boolean isActive(CronJob cronJob, Job child) {
        return cronJob.status().active().stream()
                .anyMatch(one -> one.uid().equals(child.metadata().uid()));
    }

    /** The time that this loop has started {@code child} for; empty where somebody else has. */
    private static Optional<Instant> startedFor(CronJob cronJob, Job child) {
        String time = child.metadata().annotations().getOrDefault(SCHEDULED, "");
        try {
            return Optional.of(OffsetDateTime.parse(time).toInstant())
                    .filter(instant -> Timetable.jobName(cronJob, instant).equals(child.name()));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    private static CronJobStatus later(CronJobStatus status, Instant time) {
        return status.lastScheduleTime().filter(last -> !last.isBefore(time)).isPresent()
                ? status
                : status.withLastScheduleTime(time);
    }

    private static CronJobStatus succeeded(CronJobStatus status, Job child) {
        return end(child)
                .filter(COMPLETE::equals)
                .flatMap(complete -> child.status().completionTime())
                .filter(time -> status.lastSuccessfulTime()
                        .filter(last -> !last.isBefore(time))
                        .isEmpty())
                .map(status::withLastSuccessfulTime)
                .orElse(status);
    }

    static CronJobStatus withActive(CronJobStatus status, List<ObjectReference> active) {
        return active.isEmpty() ? status.withoutActive() : status.withActive(active);
    }

    /** How {@code active} speaks of {@code job}. */
    static ObjectReference reference(Job job) {
        return ObjectReference.EMPTY
                .withApiVersion(Job.KIND.apiVersion())
                .withKind(Job.KIND.name())
                .withNamespace(job.namespace())
                .withName(job.name())
                .withUid(job.metadata().uid())
                .withResourceVersion(job.metadata().resourceVersion());
    }

    /** The Jobs that are over and beyond the limits of the history, oldest first; those that succeeded before the others. */
    static List<Job> surplus(CronJob cronJob, List<Job> children) {
        var surplus = new ArrayList<Job>();
        if (cronJob.spec().hasSuccessfulJobsHistoryLimit()) {
            surplus.addAll(surplus(children, COMPLETE, cronJob.spec().successfulJobsHistoryLimit()));
        }
        if (cronJob.spec().hasFailedJobsHistoryLimit()) {
            surplus.addAll(surplus(children, FAILED, cronJob.spec().failedJobsHistoryLimit()));
        }
        return List.copyOf(surplus);
    }

    private static List<Job> surplus(List<Job> children, String how, int limit) {
        List<Job> ended = children.stream()
                .filter(child -> end(child).filter(how::equals).isPresent())
                .filter(child -> !Ownership.isDeleting(child))
                .sorted(Comparator.comparing(
                                (Job child) -> child.status().startTime().orElse(Instant.MAX))
                        .thenComparing(Job::name))
                .toList();
        return ended.subList(0, Math.max(0, ended.size() - limit));
    }

    /** {@code Complete} or {@code Failed}; empty while it is neither. */
    private static Optional<String> end(Job job) {
        return job.status().conditions().stream()
                .filter(condition -> condition.status().equals("True"))
                .map(JobCondition::type)
                .filter(type -> type.equals(COMPLETE) || type.equals(FAILED))
                .findFirst();
    }
}
