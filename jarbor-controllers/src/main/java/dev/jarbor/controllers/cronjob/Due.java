package dev.jarbor.controllers.cronjob;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.cron.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Which time of a CronJob's schedule is due.
 *
 * @param time the latest that has come and no Job was started for; empty where there is none
 * @param missed how many have come since the last Job, at most {@link #MANY} + 1
 * @param next the first that is still to come; empty where none ever will
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#job-creation">Job creation</a>
 */
record Due(Optional<Instant> time, int missed, Optional<Instant> next) {
    /** Beyond it, what is missed is worth a warning. */
    static final int MANY = 100;

    static Due of(CronJob job, CronSchedule schedule, ZoneId zone, Instant now) {
        Instant since = job.status()
                .lastScheduleTime()
                .or(() -> job.metadata().creationTimestamp())
                .orElse(now);
        if (job.spec().hasStartingDeadlineSeconds()) {
            Instant earliest = now.minusSeconds(job.spec().startingDeadlineSeconds());
            since = earliest.isAfter(since) ? earliest : since;
        }
        Optional<Instant> latest = Optional.empty();
        int missed = 0;
        Optional<Instant> next = schedule.next(since, zone);
        while (next.isPresent() && !next.get().isAfter(now)) {
            latest = next;
            missed = Math.min(missed + 1, MANY + 1);
            next = schedule.next(skipped(next.get(), schedule, zone, now, missed), zone);
        }
        return new Due(latest, missed, next);
    }

    /** From where to look on: far behind, not every time that was missed need be counted, only the latest be found. */
    private static Instant skipped(Instant time, CronSchedule schedule, ZoneId zone, Instant now, int missed) {
        if (missed <= MANY) {
            return time;
        }
        Duration step = schedule.next(time, zone)
                .map(following -> Duration.between(time, following))
                .orElse(Duration.ZERO);
        Duration behind = Duration.between(time, now);
        Instant leap = time.plus(behind.dividedBy(2));
        boolean worth = behind.dividedBy(4).compareTo(step) > 0;
        return worth
                        && schedule.next(leap, zone)
                                .filter(found -> !found.isAfter(now))
                                .isPresent()
                ? leap
                : time;
    }

    /** Whether {@code time} lies further back than the Job may start late. */
    static boolean isTooLate(CronJob job, Instant time, Instant now) {
        return job.spec().hasStartingDeadlineSeconds()
                && time.plusSeconds(job.spec().startingDeadlineSeconds()).isBefore(now);
    }
}
