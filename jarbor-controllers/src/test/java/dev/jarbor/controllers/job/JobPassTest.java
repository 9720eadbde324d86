package dev.jarbor.controllers.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobSpec;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.batch.v1.PodFailurePolicy;
import dev.jarbor.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import dev.jarbor.api.batch.v1.PodFailurePolicyRule;
import dev.jarbor.api.batch.v1.SuccessPolicy;
import dev.jarbor.api.batch.v1.SuccessPolicyRule;
import dev.jarbor.api.batch.v1.UncountedTerminatedPods;
import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStateTerminated;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Notice;
import dev.jarbor.controllers.job.Crew.Action;
import dev.jarbor.controllers.job.JobPass.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** After the reference's tables of what a Job does about its pods. */
class JobPassTest {
    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    private static Job job(UnaryOperator<JobSpec> change) {
        return Job.named("shop", "work")
                .withSpec(change.apply(JobSpec.EMPTY
                        .withParallelism(2)
                        .withCompletions(4)
                        .withBackoffLimit(6)
                        .withCompletionMode("NonIndexed")))
                .withStatus(JobStatus.EMPTY.withStartTime(NOW.minusSeconds(60)));
    }

    private static JobSpec indexed(JobSpec spec) {
        return spec.withCompletionMode("Indexed");
    }

    private static Pod pod(String name, String phase) {
        return Pod.EMPTY
                .withMetadata(ObjectMeta.EMPTY
                        .withName(name)
                        .withNamespace("shop")
                        .withUid(name)
                        .withCreationTimestamp(NOW.minusSeconds(50))
                        .withFinalizers(List.of(JobPods.TRACKING)))
                .withStatus(PodStatus.EMPTY.withPhase(phase));
    }

    private static Pod at(int index, String name, String phase) {
        Pod pod = pod(name, phase);
        return pod.withMetadata(
                pod.metadata().withAnnotations(Map.of(JobPods.INDEX, Integer.toString(index), JobPods.FAILURES, "0")));
    }

    private static Pod going(Pod pod) {
        return pod.withMetadata(pod.metadata().withDeletionTimestamp(NOW));
    }

    private static Pod ended(Pod pod, int code, long secondsAgo) {
        var terminated = ContainerStateTerminated.EMPTY.withExitCode(code).withFinishedAt(NOW.minusSeconds(secondsAgo));
        return pod.withStatus(pod.status()
                .withContainerStatuses(List.of(ContainerStatus.EMPTY
                        .withName("main")
                        .withState(ContainerState.EMPTY.withTerminated(terminated)))));
    }

    private static Plan plan(Job job, Pod... pods) {
        return JobPass.plan(job, List.of(pods), Optional.of(Backoff.NONE), NOW);
    }

    private static List<Integer> indexes(List<Pod> pods) {
        return pods.stream()
                .map(pod -> JobPods.indexOf(pod, Integer.MAX_VALUE).orElse(-1))
                .toList();
    }

    private static List<String> conditions(Plan plan) {
        return plan.status().conditions().stream().map(JobCondition::type).toList();
    }

    @Test
    void whoStillRunsWhenThereAreEnoughIsDroppedAndHasNotFailed() {
        Job nearly = job(spec -> spec);
        nearly = nearly.withStatus(nearly.status().withSucceeded(3));
        Plan plan = plan(nearly, pod("a", "Succeeded"), pod("b", "Running"));
        assertThat(plan.crew().drop()).extracting(Pod::name).containsExactly("b");
        assertThat(plan.end()).isEmpty();
        assertThat(plan.accounts().noted().failed()).isEmpty();
        assertThat(conditions(plan)).containsExactly("SuccessCriteriaMet");
    }

    @Test
    void whatRunsWhenTheJobFailsHasFailedAtOnce() {
        Job late = job(spec -> spec.withActiveDeadlineSeconds(60L));
        Plan plan = plan(late, pod("a", "Running"), pod("b", "Pending"));
        assertThat(plan.end()).extracting(Pod::name).containsExactly("a", "b");
        assertThat(plan.accounts().noted().failed()).containsExactly("a", "b");
        assertThat(plan.accounts().release()).hasSize(2);
        assertThat(plan.status().hasActive()).isFalse();
        assertThat(plan.status().terminating()).isEqualTo(2);
        assertThat(conditions(plan)).containsExactly("FailureTarget");
    }

    @Test
    void whatRunsWhenSomeSucceedForAllIsLetGoAndHasNotFailed() {
        Job lead = job(spec -> indexed(spec)
                .withSuccessPolicy(
                        SuccessPolicy.EMPTY.withRules(List.of(SuccessPolicyRule.EMPTY.withSucceededIndexes("0")))));
        Plan plan = plan(lead, at(0, "a", "Succeeded"), at(1, "b", "Running"));
        assertThat(plan.end()).extracting(Pod::name).containsExactly("b");
        assertThat(plan.accounts().release()).hasSize(2);
        assertThat(plan.accounts().noted()).isEqualTo(UncountedTerminatedPods.EMPTY);
        assertThat(conditions(plan)).containsExactly("SuccessCriteriaMet");
    }

    @Test
    void aJobThatIsDeletedLetsAllOfItsPodsGoAndMakesNone() {
        Job job = job(spec -> spec);
        Job deleted = job.withMetadata(job.metadata().withDeletionTimestamp(NOW));
        Plan plan = plan(deleted, pod("a", "Running"), pod("b", "Failed"));
        assertThat(plan.crew().create()).isEmpty();
        assertThat(plan.accounts().release()).hasSize(2);
        assertThat(plan.accounts().noted().failed()).containsExactly("b");
        assertThat(plan.crew().action()).isEqualTo(Action.RECONCILING);
    }

    @Test
    void aPodThatIsDeletedHasFailedUnlessOnlyThoseThatEndedAreReplaced() {
        Plan plan = plan(job(spec -> spec.withParallelism(1)), going(pod("a", "Running")));
        assertThat(plan.accounts().noted().failed()).containsExactly("a");
        assertThat(plan.crew().create()).isEmpty();
        assertThat(plan.again()).contains(NOW.plusSeconds(10));
        Plan patient = plan(
                job(spec -> spec.withParallelism(1).withPodReplacementPolicy("Failed")), going(pod("a", "Running")));
        assertThat(patient.accounts().release()).isEmpty();
        assertThat(patient.crew().create()).isEmpty();
        assertThat(patient.again()).isEmpty();
    }

    @Test
    void whileItBacksOffItSaysHowManyRunAllTheSame() {
        Plan plan = plan(job(spec -> spec), ended(pod("a", "Failed"), 1, 3), pod("b", "Running"));
        assertThat(plan.crew().create()).isEmpty();
        assertThat(plan.again()).contains(NOW.plusSeconds(7));
        assertThat(plan.status().active()).isEqualTo(1);
        assertThat(plan.crew().action()).isEqualTo(Action.PODS_CREATED);
    }

    @Test
    void withoutCompletionsOneSuccessIsEnoughAndTheOthersMayFinish() {
        Job queue = job(JobSpec::withoutCompletions);
        Plan first = plan(queue, pod("a", "Succeeded"), pod("b", "Running"), pod("c", "Running"));
        assertThat(first.crew().create()).isEmpty();
        assertThat(first.crew().drop()).isEmpty();
        assertThat(first.status().conditions()).isEmpty();
        assertThat(conditions(plan(queue, pod("a", "Succeeded")))).containsExactly("SuccessCriteriaMet");
    }

    @Test
    void ofIndexesThatAreWorkedOnTwiceOrDoNotExistOneStaysAndNothingIsMadeInTheSamePass() {
        Plan plan = plan(
                job(spec -> indexed(spec).withParallelism(4)),
                at(1, "a", "Pending"),
                at(1, "b", "Running"),
                at(9, "c", "Running"),
                pod("d", "Running"));
        assertThat(plan.crew().drop()).extracting(Pod::name).containsExactlyInAnyOrder("a", "c", "d");
        assertThat(plan.crew().create()).isEmpty();
        assertThat(plan.crew().action()).isEqualTo(Action.PODS_DELETED);
    }

    @Test
    void theFirstIndexesComeFirst() {
        Job job = job(spec -> indexed(spec).withParallelism(3));
        job = job.withStatus(job.status().withCompletedIndexes("1").withSucceeded(1));
        assertThat(indexes(plan(job, at(0, "a", "Running")).crew().create())).containsExactly(2, 3);
    }

    @Test
    void anIndexThatWaitsForItsNextTryKeepsItsPlace() {
        Job job = job(spec -> indexed(spec).withParallelism(1).withBackoffLimitPerIndex(3));
        Pod failed = ended(at(0, "a", "Failed"), 1, 4);
        Plan waits = plan(job, failed);
        assertThat(waits.crew().create()).isEmpty();
        assertThat(waits.again()).contains(NOW.plusSeconds(6));
        assertThat(waits.accounts().release()).isEmpty();
        assertThat(waits.tally().failed()).isEqualTo(1);

        Plan wide = plan(job.withSpec(job.spec().withParallelism(2)), failed);
        assertThat(indexes(wide.crew().create())).containsExactly(1);

        Plan again = plan(job, ended(at(0, "a", "Failed"), 1, 10));
        assertThat(indexes(again.crew().create())).containsExactly(0);
        assertThat(again.crew().create().getFirst().metadata().annotations()).containsEntry(JobPods.FAILURES, "1");
    }

    @Test
    void whatIsIgnoredDelaysTheNextTryOfItsIndexAndCountsNowhereElse() {
        var ignore = PodFailurePolicyRule.EMPTY
                .withAction("Ignore")
                .withOnExitCodes(PodFailurePolicyOnExitCodesRequirement.EMPTY
                        .withOperator("NotIn")
                        .withValues(List.of(1)));
        Job job = job(spec -> indexed(spec)
                .withParallelism(1)
                .withBackoffLimitPerIndex(0)
                .withPodFailurePolicy(PodFailurePolicy.EMPTY.withRules(List.of(ignore))));
        Plan plan = plan(job, ended(at(0, "a", "Failed"), 137, 10));
        assertThat(plan.tally().failed()).isZero();
        assertThat(plan.tally().failedIndexes()).isEqualTo(Indexes.NONE);
        assertThat(plan.crew().create().getFirst().metadata().annotations())
                .containsEntry(JobPods.FAILURES, "0")
                .containsEntry(JobPods.IGNORED, "1");
    }

    @Test
    void fewerIndexesForgetThoseBeyond() {
        Job job = job(spec -> indexed(spec).withCompletions(2));
        job = job.withStatus(job.status().withCompletedIndexes("0,2-3").withSucceeded(3));
        Plan plan = plan(job, at(3, "a", "Running"), at(1, "b", "Running"));
        assertThat(plan.status().completedIndexes()).isEqualTo("0");
        assertThat(plan.status().succeeded()).isEqualTo(1);
        assertThat(plan.crew().drop()).extracting(Pod::name).containsExactly("a");
    }

    @Test
    void noMoreThanFiveHundredAreNotedAtOnce() {
        Pod[] many = new Pod[1000];
        for (int i = 0; i < many.length; i++) {
            many[i] = pod("p" + i, "Succeeded");
        }
        Plan plan = plan(job(spec -> spec.withCompletions(2000)), many);
        assertThat(plan.accounts().noted().succeeded()).hasSize(500);
        assertThat(plan.accounts().release()).hasSize(500);
        assertThat(plan.tally().succeeded()).isEqualTo(1000);
    }

    @Test
    void moreSuccessesThanAskedForAreToldOf() {
        Job job = job(spec -> spec.withCompletions(1));
        job = job.withStatus(job.status().withSucceeded(2));
        assertThat(plan(job).notices())
                .containsExactly(
                        Notice.warning(
                                "TooManySucceededPods",
                                "Too many succeeded pods running after completion count reached"),
                        Notice.normal("Completed", "Job completed"));
    }

    @Test
    void suspendedItDropsItsPodsAndHasNotStarted() {
        Plan plan = plan(job(spec -> spec.withSuspend(true)), pod("a", "Running"));
        assertThat(plan.crew().drop()).extracting(Pod::name).containsExactly("a");
        assertThat(plan.status().hasStartTime()).isFalse();
        assertThat(conditions(plan)).containsExactly("Suspended");
        assertThat(plan.accounts().noted()).isEqualTo(UncountedTerminatedPods.EMPTY);
        assertThat(plan.notices()).containsExactly(Notice.normal("Suspended", "Job suspended"));
    }

    @Test
    void resumedItStartsAnewInTimeAndItsConditionKeepsItsPlace() {
        Job job = job(spec -> spec.withSuspend(false).withActiveDeadlineSeconds(60L));
        var suspended = JobCondition.EMPTY.withType("Suspended").withStatus("True");
        var other = JobCondition.EMPTY.withType("Other").withStatus("True");
        job = job.withStatus(JobStatus.EMPTY.withConditions(List.of(suspended, other)));
        Plan plan = plan(job);
        assertThat(plan.status().startTime()).contains(NOW);
        assertThat(conditions(plan)).containsExactly("Suspended", "Other");
        assertThat(plan.status().conditions().getFirst().reason()).isEqualTo("JobResumed");
        assertThat(plan.notices()).containsExactly(Notice.normal("Resumed", "Job resumed"));
    }

    @Test
    void aPodOfAnIndexIsNamedByItHoweverLongTheNameOfTheJob() {
        Job job = Job.named("shop", "j".repeat(60)).withSpec(indexed(JobSpec.EMPTY));
        Pod pod = JobPods.forIndex(job, 17, Optional.empty());
        assertThat(pod.metadata().generateName()).isEqualTo("j".repeat(54) + "-17-");
        assertThat(pod.spec().hostname()).isEqualTo("j".repeat(60) + "-17");
    }
}
