package dev.jarbor.controllers.cronjob;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.cron.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Which time of a CronJob's schedule is due. How many were missed is estimated, as the reference does, by the span between the
 * first two times: so a clock that is off by decades costs nothing. Where times do not come evenly the estimate may lead past
 * the last of them; then none is due, and the next one is waited for.
 *
 * @param since from when on times count: the last one that was acted on, or when the CronJob was made
 * @param time the latest that has come since; empty where there is none
 * @param missed about how many have come since, if more than one has
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#job-creation">Job creation</a>
 */
record Due(Instant since, Optional<Instant> time, Missed missed) {
    /** Beyond it, what is missed is worth a warning. */
    private static final int MANY = 100;

    /** How many times have been missed. */
    enum Missed {
        NONE,
        FEW,
        MANY
    }

    /** What is due at {@code now}; empty where the schedule names no two times that will ever come. */
    static Optional<Due> of(CronJob job, CronSchedule schedule, ZoneId zone, Instant now) {
        Instant since = start(job, now);
        if (job.spec().hasStartingDeadlineSeconds()) {
            Instant earliest = now.minusSeconds(job.spec().startingDeadlineSeconds());
            since = earliest.isAfter(since) ? earliest : since;
        }
        return between(since, schedule, zone, now);
    }

    private static Instant start(CronJob job, Instant now) {
        return job.status()
                .lastScheduleTime()
                .or(() -> job.metadata().creationTimestamp())
                .orElse(now);
    }

    private static Optional<Due> between(Instant since, CronSchedule schedule, ZoneId zone, Instant now) {
        Optional<Instant> first = schedule.next(since, zone);
        Optional<Instant> second = first.flatMap(time -> schedule.next(time, zone));
        if (first.filter(now::isBefore).isPresent()) {
            return Optional.of(new Due(since, Optional.empty(), Missed.NONE));
        }
        if (second.filter(now::isBefore).isPresent()) {
            return Optional.of(new Due(since, first, Missed.NONE));
        }
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        long step = Duration.between(first.get(), second.get()).toSeconds();
        long missed = Duration.between(first.get(), now).toSeconds() / step + 1;
        Optional<Instant> latest = Optional.empty();
        Optional<Instant> next = schedule.next(first.get().plusSeconds((missed - 2) * step), zone);
        while (next.isPresent() && !next.get().isAfter(now)) {
            latest = next;
            next = schedule.next(next.get(), zone);
        }
        return Optional.of(new Due(since, latest, missed > MANY ? Missed.MANY : Missed.FEW));
    }

    /** The time to wait for at {@code now}, however late the present one may be; empty where none will ever come. */
    static Optional<Instant> next(CronJob job, CronSchedule schedule, ZoneId zone, Instant now) {
        Instant from = between(start(job, now), schedule, zone, now)
                .map(due -> due.time().orElse(due.missed() == Missed.NONE ? due.since() : now))
                .orElse(now);
        return schedule.next(from, zone);
    }

    /** Whether {@code time} lies further back than the Job may start late. */
    static boolean isTooLate(CronJob job, Instant time, Instant now) {
        return job.spec().hasStartingDeadlineSeconds()
                && time.plusSeconds(job.spec().startingDeadlineSeconds()).isBefore(now);
    }
}
