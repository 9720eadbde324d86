package dev.jarbor.controllers.cronjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.batch.v1.CronJobSpec;
import dev.jarbor.api.batch.v1.CronJobStatus;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Notice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowedTest {
    private static final Instant TEN = Instant.parse("2026-01-01T10:00:00Z");
    private static final CronJob REPORT = CronJob.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withName("report").withNamespace("shop"))
            .withSpec(CronJobSpec.EMPTY.withSuccessfulJobsHistoryLimit(1).withFailedJobsHistoryLimit(0));

    private static Job job(String name) {
        return Job.EMPTY.withMetadata(
                ObjectMeta.EMPTY.withName(name).withNamespace("shop").withUid("uid of " + name));
    }

    private static Job started(Instant time) {
        Job job = job(Timetable.jobName(REPORT, time));
        return job.withMetadata(job.metadata().withAnnotations(Map.of(Followed.SCHEDULED, time.toString())));
    }

    private static Job ended(Job job, String how, Instant time) {
        var status = JobStatus.EMPTY
                .withStartTime(time)
                .withConditions(List.of(JobCondition.EMPTY.withType(how).withStatus("True")));
        return job.withStatus(how.equals("Complete") ? status.withCompletionTime(time) : status);
    }

    private static CronJob running(Job... jobs) {
        List<ObjectReference> active =
                List.of(jobs).stream().map(Followed::reference).toList();
        return REPORT.withStatus(CronJobStatus.EMPTY.withActive(active));
    }

    @Test
    void whatIsOverRunsNoMoreAndThatIsTold() {
        Job good = ended(job("good"), "Complete", TEN);
        Job bad = ended(job("bad"), "Failed", TEN.plusSeconds(1));
        Followed followed =
                Followed.of(running(good, bad, job("other")), List.of(good, bad, job("other")), gone -> false);
        assertThat(followed.status().active()).extracting(ObjectReference::name).containsExactly("other");
        assertThat(followed.status().lastSuccessfulTime()).contains(TEN);
        assertThat(followed.notices())
                .containsExactly(
                        Notice.normal("SawCompletedJob", "Saw completed job: good, condition: Complete"),
                        Notice.normal("SawCompletedJob", "Saw completed job: bad, condition: Failed"));
    }

    @Test
    void theLatestSuccessCountsWhoeverStartedTheJobAndNeverGoesBack() {
        CronJob before = REPORT.withStatus(CronJobStatus.EMPTY.withLastSuccessfulTime(TEN));
        Job later = ended(job("later"), "Complete", TEN.plusSeconds(9));
        Job earlier = ended(job("earlier"), "Complete", TEN.minusSeconds(9));
        assertThat(Followed.of(before, List.of(later, earlier), gone -> false)
                        .status()
                        .lastSuccessfulTime())
                .contains(TEN.plusSeconds(9));
        assertThat(Followed.of(before, List.of(earlier), gone -> false).status().lastSuccessfulTime())
                .contains(TEN);
    }

    @Test
    void aJobThatIsNowhereIsMissing() {
        Followed followed = Followed.of(
                running(job("lost"), job("unseen")),
                List.of(),
                one -> one.name().equals("unseen"));
        assertThat(followed.status().active()).extracting(ObjectReference::name).containsExactly("unseen");
        assertThat(followed.notices()).containsExactly(Notice.normal("MissingJob", "Active job went missing: lost"));
    }

    @Test
    void aJobOfSomebodyElseIsUnexpectedAndNotFollowed() {
        Followed followed = Followed.of(REPORT, List.of(job("foreign")), gone -> false);
        assertThat(followed.status().active()).isEmpty();
        assertThat(followed.notices())
                .containsExactly(Notice.warning(
                        "UnexpectedJob", "Saw a job that the controller did not create or forgot: foreign"));
    }

    @Test
    void aJobWhoseStatusWasLostIsUnexpectedTooButFollowed() {
        Followed followed = Followed.of(REPORT, List.of(started(TEN)), gone -> false);
        assertThat(followed.status().active()).hasSize(1);
        assertThat(followed.status().lastScheduleTime()).contains(TEN);
        assertThat(followed.notices()).extracting(Notice::reason).containsExactly("UnexpectedJob");
    }

    @Test
    void beyondTheLimitsTheOldestGoFirstAndOneThatNeverBeganLast() {
        Job never = job("c").withStatus(JobStatus.EMPTY.withConditions(
                List.of(JobCondition.EMPTY.withType("Complete").withStatus("True"))));
        List<Job> children = List.of(
                never,
                ended(job("b"), "Complete", TEN),
                ended(job("a"), "Complete", TEN),
                ended(job("z"), "Failed", TEN.minusSeconds(60)),
                job("runs"));
        assertThat(Followed.surplus(REPORT, children)).extracting(Job::name).containsExactly("a", "b", "z");
        assertThat(Followed.surplus(REPORT.withSpec(CronJobSpec.EMPTY), children))
                .isEmpty();
    }
}
