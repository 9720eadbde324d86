package dev.jarbor.controllers.cronjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobSpec;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.cron.CronSchedule;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.cronjob.Due.Missed;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After the reference's tables of times; 2026-01-01 is a Thursday. */
class DueTest {
    private static CronJob made(String time) {
        return CronJob.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withCreationTimestamp(Instant.parse(time)))
                .withSpec(CronJobSpec.EMPTY);
    }

    private static CronJob last(CronJob job, String time) {
        return time.isEmpty() ? job : job.withStatus(CronJobStatus.EMPTY.withLastScheduleTime(Instant.parse(time)));
    }

    @ParameterizedTest
    @CsvSource({
        // schedule, made, last, now, the time that is due, how many were missed
        "0 * * * *, 2026-01-01T09:30:00Z, '', 2026-01-01T09:45:00Z, '', NONE",
        "0 * * * *, 2026-01-01T09:30:00Z, '', 2026-01-01T10:00:00Z, 2026-01-01T10:00:00Z, NONE",
        "0 * * * *, 2026-01-01T09:30:00Z, '', 2026-01-01T10:59:59Z, 2026-01-01T10:00:00Z, NONE",
        "0 * * * *, 2026-01-01T09:30:00Z, 2026-01-01T10:00:00Z, 2026-01-01T10:00:02Z, '', NONE",
        "0 * * * *, 2026-01-01T09:30:00Z, '', 2026-01-01T12:30:00Z, 2026-01-01T12:00:00Z, FEW",
        "0 * * * *, 2026-01-01T09:30:00Z, 2026-01-01T10:00:00Z, 2026-01-03T10:30:00Z, 2026-01-03T10:00:00Z, FEW",
        "0 * * * *, 2026-01-01T09:30:00Z, '', 2026-01-05T13:59:00Z, 2026-01-05T13:00:00Z, FEW",
        "0 * * * *, 2026-01-01T09:30:00Z, '', 2026-01-05T14:00:00Z, 2026-01-05T14:00:00Z, MANY",
        "* * * * *, 2000-01-01T00:00:00Z, '', 2026-01-01T10:30:30Z, 2026-01-01T10:30:00Z, MANY",
        "@every 90s, 2026-01-01T09:00:00Z, '', 2026-01-01T09:10:00Z, 2026-01-01T09:09:00Z, FEW",
        // Not every day: what the first two times have between them leads astray.
        "30 6-16/4 * * 1-5, 2026-01-01T00:00:00Z, '', 2026-01-01T15:00:00Z, 2026-01-01T14:30:00Z, FEW",
        "0 9 * * 1-5, 2026-01-01T08:00:00Z, '', 2026-01-05T08:00:00Z, '', FEW",
        "0 9 * * 1-5, 2026-01-01T08:00:00Z, '', 2026-01-05T09:00:00Z, 2026-01-05T09:00:00Z, FEW",
    })
    void theLatestTimeIsDueAndAboutHowManyWereMissed(
            String schedule, String made, String last, String now, String time, Missed missed) {
        Due due = Due.of(last(made(made), last), CronSchedule.parse(schedule), ZoneOffset.UTC, Instant.parse(now))
                .orElseThrow();
        assertThat(due.time().map(Instant::toString).orElse("")).isEqualTo(time);
        assertThat(due.missed()).isEqualTo(missed);
    }

    @ParameterizedTest
    @CsvSource({
        // made, last, now, the time to wait for
        "2026-01-01T09:30:00Z, '', 2026-01-01T09:45:00Z, 2026-01-01T10:00:00Z",
        "2026-01-01T09:30:00Z, '', 2026-01-01T10:00:00Z, 2026-01-01T11:00:00Z",
        "2026-01-01T09:30:00Z, 2026-01-01T10:00:00Z, 2026-01-01T10:00:01Z, 2026-01-01T11:00:00Z",
        "2026-01-01T09:30:00Z, '', 2026-01-09T12:30:00Z, 2026-01-09T13:00:00Z",
    })
    void theNextTimeIsWaitedForHoweverLateThePresentOneMayBe(String made, String last, String now, String next) {
        CronJob job = last(made(made), last);
        CronJob strict = job.withSpec(job.spec().withStartingDeadlineSeconds(10));
        assertThat(Due.next(strict, CronSchedule.parse("0 * * * *"), ZoneOffset.UTC, Instant.parse(now)))
                .contains(Instant.parse(next));
    }

    @Test
    void whatIsTooFarBackIsNotDue() {
        CronJob job = made("2026-01-01T09:30:00Z");
        CronJob strict = job.withSpec(job.spec().withStartingDeadlineSeconds(60));
        Instant now = Instant.parse("2026-01-01T10:01:01Z");
        CronSchedule hourly = CronSchedule.parse("0 * * * *");
        assertThat(Due.of(strict, hourly, ZoneOffset.UTC, now).flatMap(Due::time))
                .isEmpty();
        assertThat(Due.of(strict, hourly, ZoneOffset.UTC, now.minusSeconds(2)).flatMap(Due::time))
                .contains(Instant.parse("2026-01-01T10:00:00Z"));
    }

    @Test
    void aDayThatNeverComesIsNoSchedule() {
        Optional<Due> due = Due.of(
                made("2026-01-01T09:30:00Z"),
                CronSchedule.parse("59 23 31 2 *"),
                ZoneOffset.UTC,
                Instant.parse("2026-01-01T10:00:00Z"));
        assertThat(due).isEmpty();
    }
}
