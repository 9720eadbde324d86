package dev.jarbor.controllers.cronjob;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.cron.CronSchedule;
import dev.jarbor.controllers.common.Notice;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.cronjob.Due.Missed;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a CronJob is to start a Job now, and when to look again.
 *
 * @param start the time that a Job is to start for; empty where none is
 * @param next the time that comes after; empty where none is waited for, because nothing starts before a change of the CronJob
 * @param notices what is to be told, in order
 */
record Timetable(Optional<Instant> start, Optional<Instant> next, List<Notice> notices) {
    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ROOT);

    /** @param job with the status of what has become of its Jobs so far */
    static Timetable of(CronJob job, Instant now) {
        String zoneName = job.spec().timeZone();
        if (Ownership.isDeleting(job)) {
            return rests();
        }
        if (!isKnown(zoneName)) {
            return rests(Notice.warning(
                    "UnknownTimeZone",
                    "invalid timeZone: " + GoText.quote(zoneName) + ": unknown time zone " + zoneName));
        }
        if (job.spec().suspend()) {
            return rests();
        }
        var notices = new ArrayList<Notice>();
        String text = job.spec().schedule();
        if (text.contains("TZ")) {
            notices.add(
                    Notice.warning(
                            "UnsupportedSchedule",
                            "CRON_TZ or TZ used in schedule " + GoText.quote(text) + " is not officially supported, see"
                                    + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"));
        }
        Optional<String> fault = CronSchedule.fault(text);
        if (fault.isPresent()) {
            notices.add(Notice.warning(
                    "UnparseableSchedule", "unparseable schedule: " + GoText.quote(text) + " : " + fault.get()));
            return rests(notices);
        }
        CronSchedule schedule = CronSchedule.parse(text);
        Optional<Due> due = Due.of(job, schedule, zone(job), now);
        if (due.isEmpty()) {
            notices.add(Notice.warning(
                    "InvalidSchedule",
                    "invalid schedule: " + text + " : time difference between two schedules is less than 1 second"));
            return rests(notices);
        }
        Optional<Instant> start = due.get().time();
        if (start.isPresent()) {
            if (due.get().missed() == Missed.MANY) {
                notices.add(Notice.warning(
                        "TooManyMissedTimes",
                        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock"
                                + " skew"));
            }
            Optional<Notice> hindrance = hindrance(job, start.get(), now);
            hindrance.ifPresent(notices::add);
            start = start.filter(time -> hindrance.isEmpty() && !isDone(job, time));
        }
        return new Timetable(start, Due.next(job, schedule, zone(job), now), List.copyOf(notices));
    }

    private static Timetable rests(Notice... notices) {
        return rests(List.of(notices));
    }

    private static Timetable rests(List<Notice> notices) {
        return new Timetable(Optional.empty(), Optional.empty(), List.copyOf(notices));
    }

    /** Why no Job starts for {@code time}; empty where one may. */
    private static Optional<Notice> hindrance(CronJob job, Instant time, Instant now) {
        if (Due.isTooLate(job, time, now)) {
            return Optional.of(Notice.warning(
                    "MissSchedule",
                    "Missed scheduled time to start a job: " + RFC_1123.format(time.atOffset(ZoneOffset.UTC))));
        }
        boolean forbidden = job.spec().concurrencyPolicy().equals("Forbid")
                && !job.status().active().isEmpty();
        return forbidden && !isDone(job, time)
                ? Optional.of(Notice.normal(
                        "JobAlreadyActive",
                        "Not starting job because prior execution is running and concurrency policy is Forbid"))
                : Optional.empty();
    }

    private static boolean isDone(CronJob job, Instant time) {
        return job.status().lastScheduleTime().filter(time::equals).isPresent()
                || job.status().active().stream().anyMatch(one -> one.name().equals(jobName(job, time)));
    }

    /** When the schedule that {@code job} has been given comes next; empty where it cannot be told. */
    static Optional<Instant> next(CronJob job, Instant now) {
        return Due.next(job, CronSchedule.parse(job.spec().schedule()), zone(job), now);
    }

    /** The name of the Job for {@code time}: the same time never has two. */
    static String jobName(CronJob job, Instant time) {
        return job.name() + "-" + time.getEpochSecond() / 60;
    }

    /** The zone that the schedule is meant in, unless it says one itself; UTC where it is not known. */
    static ZoneId zone(CronJob job) {
        String name = job.spec().timeZone();
        return name.isEmpty() || !isKnown(name) ? ZoneOffset.UTC : ZoneId.of(name);
    }

    /** Java knows offsets as zones, too; the reference knows names alone. */
    private static boolean isKnown(String zone) {
        return zone.isEmpty() || ZoneId.getAvailableZoneIds().contains(zone);
    }
}
