package dev.jarbor.controllers.cronjob;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobSpec;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobSpec;
import dev.jarbor.api.batch.v1.JobTemplateSpec;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.job.FinishedJobController;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the reference's e2e tests of CronJobs, under virtual time, which begins at 2030-01-01T00:00:00Z. */
class CronJobControllerTest {
    private static World world(long seed) {
        World world = new World(seed);
        return world.start(new CronJobController(world.api, world.informers, world.runtime, world.events));
    }

    private static CronJob backup(UnaryOperator<CronJobSpec> change) {
        return CronJob.named(NAMESPACE, "backup")
                .withSpec(change.apply(CronJobSpec.EMPTY
                        .withSchedule("*/5 * * * *")
                        .withConcurrencyPolicy("Allow")
                        .withSuccessfulJobsHistoryLimit(3)
                        .withFailedJobsHistoryLimit(1)
                        .withJobTemplate(JobTemplateSpec.EMPTY.withSpec(
                                JobSpec.EMPTY.withTemplate(template("backup", "image:1"))))));
    }

    private static List<String> names(World world) {
        return world.all(Job.KIND).stream().map(Job::name).toList();
    }

    private static CronJobStatus status(World world) {
        return world.the(CronJob.KIND, NAMESPACE, "backup").status();
    }

    private static String at(String time) {
        return "backup-" + Instant.parse(time).getEpochSecond() / 60;
    }

    private static void end(World world, Job job, String how) {
        var condition = JobCondition.EMPTY.withType(how).withStatus("True").withLastTransitionTime(world.runtime.now());
        var status = job.status().withStartTime(world.runtime.now()).withConditions(List.of(condition));
        world.api.put(
                Job.KIND,
                job.withStatus(how.equals("Complete") ? status.withCompletionTime(world.runtime.now()) : status));
    }

    private static void endAll(World world, String how) {
        world.all(Job.KIND).stream()
                .filter(job -> job.status().conditions().isEmpty())
                .forEach(job -> end(world, job, how));
    }

    @Test
    void jobsStartAtTheirTimesAndMayRunSideBySide() {
        World world = world(1);
        world.api.create(CronJob.KIND, backup(spec -> spec));
        world.runtime.advance(Duration.ofMinutes(16));
        assertThat(names(world))
                .containsExactly(at("2030-01-01T00:05:00Z"), at("2030-01-01T00:10:00Z"), at("2030-01-01T00:15:00Z"));
        assertThat(status(world).active()).extracting(ObjectReference::name).containsExactlyElementsOf(names(world));
        assertThat(status(world).lastScheduleTime()).contains(Instant.parse("2030-01-01T00:15:00Z"));
        assertThat(world.all(Job.KIND).getFirst().metadata().annotations())
                .containsEntry("batch.kubernetes.io/cronjob-scheduled-timestamp", "2030-01-01T00:05:00Z");
        assertThat(world.told()).contains("SuccessfulCreate: Created job " + at("2030-01-01T00:05:00Z"));
    }

    @Test
    void nothingStartsWhileSuspended() {
        World world = world(1);
        CronJob made = world.api.create(CronJob.KIND, backup(spec -> spec.withSuspend(true)));
        world.runtime.advance(Duration.ofHours(1));
        assertThat(names(world)).isEmpty();

        world.change(CronJob.KIND, made, job -> job.withSpec(job.spec().withSuspend(false)));
        world.runtime.advance(Duration.ofSeconds(10));
        assertThat(names(world)).containsExactly(at("2030-01-01T01:00:00Z"));
    }

    @Test
    void aNewScheduleIsNotAboutTheTimesBeforeItCame() {
        World world = world(1);
        CronJob made = world.api.create(CronJob.KIND, backup(spec -> spec.withSchedule("0 0 1 7 *")));
        world.runtime.advance(Duration.ofSeconds(330));
        world.change(CronJob.KIND, made, job -> job.withSpec(job.spec().withSchedule("* * * * *")));
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(names(world)).isEmpty();
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(names(world)).containsExactly(at("2030-01-01T00:06:00Z"));
        world.change(CronJob.KIND, made, job -> job.withSpec(job.spec().withSchedule("often")));
        world.runtime.advance(Duration.ofSeconds(1));
        assertThat(world.told()).contains("UnParseableCronJobSchedule: unparseable schedule for cronjob: often");
    }

    @Test
    void whereNoHistoryIsKeptAJobGoesAsSoonAsItIsOver() {
        World world = world(1);
        world.api.create(CronJob.KIND, backup(spec -> spec.withSuccessfulJobsHistoryLimit(0)));
        world.runtime.advance(Duration.ofMinutes(6));
        endAll(world, "Complete");
        world.runtime.advance(Duration.ofSeconds(5));
        assertThat(names(world)).isEmpty();
        assertThat(status(world).active()).isEmpty();
        assertThat(status(world).lastSuccessfulTime()).isPresent();
        assertThat(world.told())
                .contains("SuccessfulDelete: Deleted job " + at("2030-01-01T00:05:00Z"))
                .noneMatch(event -> event.startsWith("SawCompletedJob"));
    }

    @Test
    void oneThatForbidsCompanyWaitsForItsPredecessor() {
        World world = world(1);
        world.api.create(CronJob.KIND, backup(spec -> spec.withConcurrencyPolicy("Forbid")));
        world.runtime.advance(Duration.ofMinutes(16));
        assertThat(names(world)).containsExactly(at("2030-01-01T00:05:00Z"));
        assertThat(world.told())
                .contains(
                        "JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is"
                                + " Forbid");
        endAll(world, "Complete");
        world.runtime.advance(Duration.ofSeconds(5));
        assertThat(names(world)).containsExactly(at("2030-01-01T00:05:00Z"), at("2030-01-01T00:15:00Z"));
    }

    @Test
    void oneThatReplacesEndsItsPredecessor() {
        World world = world(1);
        world.api.create(CronJob.KIND, backup(spec -> spec.withConcurrencyPolicy("Replace")));
        world.runtime.advance(Duration.ofMinutes(16));
        assertThat(names(world)).containsExactly(at("2030-01-01T00:15:00Z"));
        assertThat(status(world).active())
                .extracting(ObjectReference::name)
                .containsExactly(at("2030-01-01T00:15:00Z"));
    }

    @Test
    void whatIsOverIsNotedAndKeptUpToItsLimit() {
        World world = world(1);
        world.api.create(CronJob.KIND, backup(spec -> spec));
        for (int i = 0; i < 8; i++) {
            world.runtime.advance(Duration.ofMinutes(5));
            endAll(world, i % 4 == 3 ? "Failed" : "Complete");
        }
        world.runtime.advance(Duration.ofSeconds(30));
        assertThat(world.all(Job.KIND))
                .filteredOn(job -> job.status().conditions().getFirst().type().equals("Complete"))
                .hasSize(3);
        assertThat(world.all(Job.KIND))
                .filteredOn(job -> job.status().conditions().getFirst().type().equals("Failed"))
                .hasSize(1);
        assertThat(status(world).active()).isEmpty();
        assertThat(status(world).lastSuccessfulTime()).isPresent();
        assertThat(world.told())
                .anyMatch(event -> event.startsWith("SawCompletedJob: Saw completed job: backup-")
                        && event.endsWith(", condition: Failed"));
    }

    @Test
    void aTimeThatIsTooFarBackIsMissedAndSaidSo() {
        World world = new World(1);
        CronJob strict = backup(spec -> spec.withSchedule("0 * * * *").withStartingDeadlineSeconds(60));
        world.api.create(CronJob.KIND, strict);
        world.runtime.advance(Duration.ofMinutes(62));
        world.start(new CronJobController(world.api, world.informers, world.runtime, world.events));
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(names(world)).isEmpty();
        world.runtime.advance(Duration.ofHours(1));
        assertThat(names(world)).containsExactly(at("2030-01-01T02:00:00Z"));
    }

    @Test
    void ofManyMissedTimesOnlyTheLatestIsMadeUpFor() {
        World world = new World(1);
        world.api.create(CronJob.KIND, backup(spec -> spec.withSchedule("* * * * *")));
        world.runtime.advance(Duration.ofDays(90));
        world.start(new CronJobController(world.api, world.informers, world.runtime, world.events));
        assertThat(names(world)).containsExactly(at("2030-04-01T00:00:00Z"));
        assertThat(world.told())
                .contains("TooManyMissedTimes: too many missed start times. Set or decrease"
                        + " .spec.startingDeadlineSeconds or check clock skew");
    }

    @Test
    void aWeekOfNightsAcrossADaylightSavingChange() {
        World world = world(1);
        world.runtime.advance(Duration.between(world.runtime.now(), Instant.parse("2030-03-28T12:00:00Z")));
        world.api.create(
                CronJob.KIND, backup(spec -> spec.withSchedule("30 3 * * *").withTimeZone("Europe/Berlin")));
        var times = new TreeSet<String>();
        for (int day = 0; day < 7; day++) {
            world.runtime.advance(Duration.ofDays(1));
            world.all(Job.KIND)
                    .forEach(job -> times.add(
                            job.metadata().annotations().get("batch.kubernetes.io/cronjob-scheduled-timestamp")));
            endAll(world, "Complete");
        }
        assertThat(times)
                .containsExactly(
                        "2030-03-29T03:30:00+01:00",
                        "2030-03-30T03:30:00+01:00",
                        "2030-03-31T03:30:00+02:00",
                        "2030-04-01T03:30:00+02:00",
                        "2030-04-02T03:30:00+02:00",
                        "2030-04-03T03:30:00+02:00",
                        "2030-04-04T03:30:00+02:00");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTimeStartsTwoJobsHoweverOftenTheLoopIsStopped(long seed) {
        World world = new World(seed);
        var loop = new CronJobController(world.api, world.informers, world.runtime, world.events);
        world.start(loop);
        world.api.create(CronJob.KIND, backup(spec -> spec.withConcurrencyPolicy("Forbid")));
        var uids = new TreeSet<String>();
        var seen = new TreeSet<String>();
        for (int i = 0; i < 300; i++) {
            world.trouble(10);
            if (world.runtime.random().nextInt(10) == 0) {
                loop.close();
                loop = new CronJobController(world.api, world.informers, world.runtime, world.events);
                loop.start();
            }
            world.runtime.advance(Duration.ofSeconds(30), () -> {
                assertThat(world.all(Job.KIND))
                        .as("seed %d", seed)
                        .filteredOn(job -> job.status().conditions().isEmpty())
                        .hasSizeLessThanOrEqualTo(1);
                world.all(Job.KIND).forEach(job -> {
                    if (uids.add(job.metadata().uid())) {
                        assertThat(seen.add(job.name()))
                                .as("seed %d %s", seed, job.name())
                                .isTrue();
                    }
                });
            });
            if (world.runtime.random().nextInt(4) == 0) {
                endAll(world, "Complete");
            }
        }
        world.calm();
        assertThat(seen).as("seed %d", seed).hasSizeGreaterThan(10);
    }

    @Test
    void aJobWithATimeToLiveGoesWhenItIsOver() {
        World world = new World(1);
        world.start(new FinishedJobController(world.api, world.informers, world.runtime));
        Job job = Job.named(NAMESPACE, "once")
                .withSpec(JobSpec.EMPTY.withTtlSecondsAfterFinished(100).withTemplate(template("once", "image:1")));
        world.api.create(Job.KIND, job);
        world.runtime.advance(Duration.ofHours(1));
        assertThat(names(world)).containsExactly("once");
        endAll(world, "Failed");
        world.runtime.advance(Duration.ofSeconds(99));
        assertThat(names(world)).containsExactly("once");
        world.runtime.advance(Duration.ofSeconds(2));
        assertThat(world.all(Job.KIND)).allMatch(one -> one.metadata().hasDeletionTimestamp());
    }
}
