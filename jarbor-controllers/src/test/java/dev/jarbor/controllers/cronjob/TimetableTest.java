package dev.jarbor.controllers.cronjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobSpec;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Notice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** After the reference's table of what a CronJob does at which time. */
class TimetableTest {
    private static final Instant MADE = Instant.parse("2026-01-01T09:00:00Z");
    private static final Instant TEN = Instant.parse("2026-01-01T10:00:00Z");
    private static final Instant ELEVEN = Instant.parse("2026-01-01T11:00:00Z");

    private static CronJob hourly(UnaryOperator<CronJobSpec> change) {
        return CronJob.EMPTY
                .withMetadata(ObjectMeta.EMPTY
                        .withName("report")
                        .withNamespace("shop")
                        .withCreationTimestamp(MADE))
                .withSpec(
                        change.apply(CronJobSpec.EMPTY.withSchedule("0 * * * *").withConcurrencyPolicy("Allow")));
    }

    private static CronJob running(CronJob job, String name) {
        return job.withStatus(CronJobStatus.EMPTY.withActive(
                List.of(ObjectReference.EMPTY.withName(name).withUid("u"))));
    }

    private static List<String> told(Timetable table) {
        return table.notices().stream().map(Notice::reason).toList();
    }

    private static void rests(CronJob job, Instant now, String reason, String message) {
        Timetable table = Timetable.of(job, now);
        assertThat(table.start()).isEmpty();
        assertThat(table.next()).isEmpty();
        assertThat(table.notices()).containsExactly(Notice.warning(reason, message));
    }

    @Test
    void aJobStartsForTheTimeThatHasComeAndTheNextIsWaitedFor() {
        assertThat(Timetable.of(hourly(spec -> spec), TEN.minusSeconds(1)))
                .isEqualTo(new Timetable(Optional.empty(), Optional.of(TEN), List.of()));
        assertThat(Timetable.of(hourly(spec -> spec), TEN.plusMillis(100)))
                .isEqualTo(new Timetable(Optional.of(TEN), Optional.of(ELEVEN), List.of()));
    }

    @Test
    void nothingStartsWhileItIsSuspendedOrDeleted() {
        CronJob job = hourly(spec -> spec);
        var rest = new Timetable(Optional.empty(), Optional.empty(), List.of());
        assertThat(Timetable.of(hourly(spec -> spec.withSuspend(true)), TEN)).isEqualTo(rest);
        assertThat(Timetable.of(job.withMetadata(job.metadata().withDeletionTimestamp(TEN)), TEN))
                .isEqualTo(rest);
    }

    @Test
    void aZoneThatNobodyKnowsIsToldOfEvenWhileSuspended() {
        CronJob job = hourly(spec -> spec.withSuspend(true).withTimeZone("Mars/Olympus"));
        rests(job, TEN, "UnknownTimeZone", "invalid timeZone: \"Mars/Olympus\": unknown time zone Mars/Olympus");
        rests(
                hourly(spec -> spec.withTimeZone("+02:00")),
                TEN,
                "UnknownTimeZone",
                "invalid timeZone: \"+02:00\": unknown time zone +02:00");
    }

    @Test
    void aScheduleThatCannotBeReadOrNeverComesIsToldOf() {
        rests(
                hourly(spec -> spec.withSchedule("often")),
                TEN,
                "UnparseableSchedule",
                "unparseable schedule: \"often\" : expected exactly 5 fields, found 1: [often]");
        rests(
                hourly(spec -> spec.withSchedule("59 23 31 2 *")),
                TEN,
                "InvalidSchedule",
                "invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second");
    }

    @Test
    void aZoneInTheScheduleIsFollowedAndAdvisedAgainst() {
        Timetable table = Timetable.of(hourly(spec -> spec.withSchedule("CRON_TZ=Asia/Tokyo 0 19 * * *")), TEN);
        assertThat(table.start()).contains(TEN);
        assertThat(table.notices())
                .containsExactly(Notice.warning(
                        "UnsupportedSchedule",
                        "CRON_TZ or TZ used in schedule \"CRON_TZ=Asia/Tokyo 0 19 * * *\" is not officially supported, see"
                                + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more"
                                + " details"));
    }

    @Test
    void oneThatForbidsCompanyWaitsAndSaysSo() {
        CronJob job = hourly(spec -> spec.withConcurrencyPolicy("Forbid"));
        Timetable table = Timetable.of(running(job, "report-1"), TEN);
        assertThat(table.start()).isEmpty();
        assertThat(table.next()).contains(ELEVEN);
        assertThat(table.notices())
                .containsExactly(Notice.normal(
                        "JobAlreadyActive",
                        "Not starting job because prior execution is running and concurrency policy is Forbid"));
    }

    @Test
    void aTimeIsDoneOnceItsJobRunsWhateverTheStatusSaysOfIt() {
        CronJob job = hourly(spec -> spec.withConcurrencyPolicy("Forbid"));
        Timetable table = Timetable.of(running(job, Timetable.jobName(job, TEN)), TEN);
        assertThat(table).isEqualTo(new Timetable(Optional.empty(), Optional.of(ELEVEN), List.of()));
    }

    @Test
    void manyMissedTimesAreToldOfAndOnlyTheLatestStarts() {
        Instant later = TEN.plusSeconds(3600 * 500);
        Timetable table = Timetable.of(hourly(spec -> spec), later);
        assertThat(table.start()).contains(later);
        assertThat(told(table)).containsExactly("TooManyMissedTimes");
        assertThat(told(Timetable.of(hourly(spec -> spec.withStartingDeadlineSeconds(7200L)), later)))
                .isEmpty();
    }
}
