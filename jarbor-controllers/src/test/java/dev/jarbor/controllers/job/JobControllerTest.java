package dev.jarbor.controllers.job;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.batch.v1.JobCondition;
import dev.jarbor.api.batch.v1.JobSpec;
import dev.jarbor.api.batch.v1.JobStatus;
import dev.jarbor.api.batch.v1.PodFailurePolicy;
import dev.jarbor.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import dev.jarbor.api.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import dev.jarbor.api.batch.v1.PodFailurePolicyRule;
import dev.jarbor.api.batch.v1.SuccessPolicy;
import dev.jarbor.api.batch.v1.SuccessPolicyRule;
import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStateTerminated;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.garbage.GarbageCollector;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the reference's e2e tests of Jobs, under virtual time. */
class JobControllerTest {
    private static World world(long seed) {
        World world = new World(seed).withNodes();
        return world.start(new JobController(world.api, world.informers, world.runtime, world.events));
    }

    private static Job job(UnaryOperator<JobSpec> change) {
        var labels = Map.of("batch.kubernetes.io/controller-uid", "u", "app", "work");
        JobSpec spec = JobSpec.EMPTY
                .withParallelism(1)
                .withCompletions(1)
                .withBackoffLimit(6)
                .withCompletionMode("NonIndexed")
                .withSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "work")))
                .withTemplate(template("work", "image:1")
                        .withMetadata(template("work", "image:1").metadata().withLabels(labels)));
        spec = spec.withTemplate(spec.template().withSpec(spec.template().spec().withRestartPolicy("Never")));
        return Job.named(NAMESPACE, "work").withSpec(change.apply(spec));
    }

    private static JobSpec indexed(JobSpec spec, int completions, int parallelism) {
        return spec.withCompletionMode("Indexed").withCompletions(completions).withParallelism(parallelism);
    }

    private static JobStatus status(World world) {
        return world.the(Job.KIND, NAMESPACE, "work").status();
    }

    private static List<String> conditions(World world) {
        return status(world).conditions().stream()
                .map(condition -> condition.type() + "=" + condition.status() + " " + condition.reason())
                .toList();
    }

    private static String message(World world, String type) {
        return status(world).conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(JobCondition::message)
                .findFirst()
                .orElse("");
    }

    private static int index(Pod pod) {
        return JobPods.indexOf(pod, Integer.MAX_VALUE).orElse(-1);
    }

    /** Ends each running pod with the exit code that {@code code} gives it; a negative one lets it run. */
    private static void run(World world, Duration time, Function<Pod, Integer> code) {
        long steps = time.toSeconds();
        for (long i = 0; i < steps; i++) {
            world.runtime.advance(Duration.ofSeconds(1));
            endPods(world, code);
        }
    }

    private static void endPods(World world, Function<Pod, Integer> code) {
        for (Pod pod : world.all(Pod.KIND)) {
            boolean runs = pod.status().phase().equals("Running") || PodState.isTerminating(pod);
            int ended = runs ? code.apply(pod) : -1;
            if (ended >= 0) {
                end(world, pod, ended);
            }
        }
    }

    private static void end(World world, Pod pod, int code) {
        var terminated = ContainerStateTerminated.EMPTY.withExitCode(code).withFinishedAt(world.runtime.now());
        world.api.put(
                Pod.KIND,
                pod.withStatus(pod.status()
                        .withPhase(code == 0 ? "Succeeded" : "Failed")
                        .withConditions(List.of(world.ready(false)))
                        .withContainerStatuses(List.of(ContainerStatus.EMPTY
                                .withName("main")
                                .withState(ContainerState.EMPTY.withTerminated(terminated))))));
    }

    @Test
    void aJobRunsToItsCompletionsInParallelAndSaysSo() {
        World world = world(1);
        world.api.create(Job.KIND, job(spec -> spec.withCompletions(5).withParallelism(2)));
        var most = new TreeSet<Long>();
        for (int i = 0; i < 60; i++) {
            world.runtime.advance(
                    Duration.ofSeconds(1),
                    () -> most.add(world.all(Pod.KIND).stream()
                            .filter(PodState::isActive)
                            .count()));
            endPods(world, pod -> 0);
        }
        assertThat(most.last()).isEqualTo(2);
        assertThat(world.all(Pod.KIND)).hasSize(5).noneMatch(JobPods::isTracked);
        assertThat(status(world).succeeded()).isEqualTo(5);
        assertThat(status(world).hasActive()).isFalse();
        assertThat(status(world).hasCompletionTime()).isTrue();
        assertThat(conditions(world))
                .containsExactly("SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached");
        assertThat(message(world, "Complete")).isEqualTo("Reached expected number of succeeded pods");
        assertThat(world.told()).contains("Completed: Job completed");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyPodIsCountedOnceHoweverOftenTheLoopIsStopped(long seed) {
        World world = new World(seed).withNodes();
        var loop = new JobController(world.api, world.informers, world.runtime, world.events);
        world.start(loop);
        world.api.create(
                Job.KIND,
                job(spec -> spec.withCompletions(20).withParallelism(4).withBackoffLimit(100)));
        // A pod without its finalizer was given up before it ended: it is nobody's success or failure.
        var succeeded = new TreeSet<String>();
        var failed = new TreeSet<String>();
        Function<Pod, Integer> chance = pod -> {
            if (world.runtime.random().nextInt(3) != 0) {
                return -1;
            }
            int code = world.runtime.random().nextInt(4) == 0 ? 1 : 0;
            if (JobPods.isTracked(pod)) {
                (code == 0 ? succeeded : failed).add(pod.metadata().uid());
            }
            return code;
        };
        for (int i = 0; i < 400; i++) {
            world.trouble(10);
            if (world.runtime.random().nextInt(25) == 0) {
                loop.close();
                loop = new JobController(world.api, world.informers, world.runtime, world.events);
                loop.start();
            }
            run(world, Duration.ofSeconds(5), chance);
            JobStatus status = status(world);
            assertThat(status.succeeded()).as("seed %d", seed).isLessThanOrEqualTo(succeeded.size());
            assertThat(status.failed()).as("seed %d", seed).isLessThanOrEqualTo(failed.size());
        }
        world.calm();
        run(world, Duration.ofHours(1), chance);
        JobStatus status = status(world);
        assertThat(conditions(world)).as("seed %d", seed).contains("Complete=True CompletionsReached");
        assertThat(status.succeeded()).as("seed %d", seed).isEqualTo(succeeded.size());
        assertThat(status.failed()).as("seed %d", seed).isEqualTo(failed.size());
        assertThat(status.uncountedTerminatedPods().failed()).isEmpty();
        assertThat(succeeded).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void failuresAreTriedAgainWithGrowingPausesUpToTheLimit() {
        World world = world(1);
        world.api.create(Job.KIND, job(spec -> spec.withBackoffLimit(3)));
        run(world, Duration.ofSeconds(60), pod -> 1);
        // 10 s after the first, 20 s after the second, 40 s after the third.
        assertThat(world.all(Pod.KIND)).hasSizeBetween(2, 3);
        run(world, Duration.ofMinutes(3), pod -> 1);
        assertThat(world.all(Pod.KIND)).hasSize(4);
        assertThat(status(world).failed()).isEqualTo(4);
        assertThat(conditions(world))
                .containsExactly("FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded");
        assertThat(world.told()).contains("BackoffLimitExceeded: Job has reached the specified backoff limit");
    }

    @Test
    void aJobThatTakesTooLongIsEndedWithItsPods() {
        World world = world(1);
        world.api.create(
                Job.KIND,
                job(spec ->
                        spec.withActiveDeadlineSeconds(30).withParallelism(2).withCompletions(2)));
        run(world, Duration.ofMinutes(2), pod -> -1);
        assertThat(conditions(world))
                .containsExactly("FailureTarget=True DeadlineExceeded", "Failed=True DeadlineExceeded");
        assertThat(message(world, "Failed")).isEqualTo("Job was active longer than specified deadline");
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(status(world).failed()).isEqualTo(2);
    }

    @Test
    void aSuspendedJobHasNoPodsAndItsPodsAreNoFailures() {
        World world = world(1);
        Job suspended = job(spec -> spec.withSuspend(true).withParallelism(2).withCompletions(2));
        world.api.create(Job.KIND, suspended);
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(status(world).hasStartTime()).isFalse();
        assertThat(conditions(world)).containsExactly("Suspended=True JobSuspended");

        world.change(Job.KIND, suspended, job -> job.withSpec(job.spec().withSuspend(false)));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(2);
        assertThat(status(world).active()).isEqualTo(2);
        assertThat(conditions(world)).containsExactly("Suspended=False JobResumed");

        world.change(Job.KIND, suspended, job -> job.withSpec(job.spec().withSuspend(true)));
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(status(world).failed()).isZero();
        assertThat(world.told()).contains("Suspended: Job suspended", "Resumed: Job resumed");
    }

    @Test
    void eachIndexIsWorkedOnUntilItHasSucceededOnce() {
        World world = world(1);
        world.api.create(Job.KIND, job(spec -> indexed(spec, 4, 2)));
        var tries = new TreeMap<Integer, Integer>();
        run(
                world,
                Duration.ofMinutes(3),
                pod -> tries.merge(index(pod), 1, Integer::sum) == 1 && index(pod) == 2 ? 1 : 0);
        assertThat(status(world).completedIndexes()).isEqualTo("0-3");
        assertThat(status(world).succeeded()).isEqualTo(4);
        assertThat(status(world).failed()).isEqualTo(1);
        assertThat(world.all(Pod.KIND)).hasSize(5);
        Pod first = world.all(Pod.KIND).stream()
                .filter(pod -> index(pod) == 0)
                .findFirst()
                .orElseThrow();
        assertThat(first.name()).startsWith("work-0-");
        assertThat(first.spec().hostname()).isEqualTo("work-0");
        assertThat(first.metadata().labels()).containsEntry("batch.kubernetes.io/job-completion-index", "0");
        assertThat(first.spec().containers().getFirst().env()).singleElement().satisfies(variable -> {
            assertThat(variable.name()).isEqualTo("JOB_COMPLETION_INDEX");
            assertThat(variable.valueFrom().fieldRef().fieldPath())
                    .isEqualTo("metadata.labels['batch.kubernetes.io/job-completion-index']");
        });
    }

    @Test
    void anIndexMayFailForGoodWhileTheOthersGoOn() {
        World world = world(1);
        world.api.create(
                Job.KIND, job(spec -> indexed(spec, 4, 4).withBackoffLimit(1000).withBackoffLimitPerIndex(1)));
        run(world, Duration.ofMinutes(2), pod -> index(pod) % 2);
        assertThat(status(world).completedIndexes()).isEqualTo("0,2");
        assertThat(status(world).failedIndexes()).isEqualTo("1,3");
        assertThat(status(world).failed()).isEqualTo(4);
        assertThat(conditions(world)).containsExactly("FailureTarget=True FailedIndexes", "Failed=True FailedIndexes");
        assertThat(world.all(Pod.KIND)).noneMatch(JobPods::isTracked);
        assertThat(world.all(Pod.KIND))
                .filteredOn(pod -> index(pod) == 1)
                .extracting(pod -> pod.metadata().annotations().get(JobPods.FAILURES))
                .containsExactlyInAnyOrder("0", "1");
    }

    @Test
    void tooManyFailedIndexesEndTheJob() {
        World world = world(1);
        world.api.create(
                Job.KIND,
                job(spec -> indexed(spec, 6, 3)
                        .withBackoffLimit(1000)
                        .withBackoffLimitPerIndex(0)
                        .withMaxFailedIndexes(1)));
        run(world, Duration.ofMinutes(2), pod -> 1);
        assertThat(conditions(world))
                .containsExactly("FailureTarget=True MaxFailedIndexesExceeded", "Failed=True MaxFailedIndexesExceeded");
        assertThat(world.all(Pod.KIND)).hasSizeLessThan(6);
    }

    private static PodFailurePolicyRule onExit(String action, int code) {
        return PodFailurePolicyRule.EMPTY
                .withAction(action)
                .withOnExitCodes(PodFailurePolicyOnExitCodesRequirement.EMPTY
                        .withOperator("In")
                        .withValues(List.of(code)));
    }

    private static JobSpec withPolicy(JobSpec spec, PodFailurePolicyRule... rules) {
        return spec.withPodFailurePolicy(PodFailurePolicy.EMPTY.withRules(List.of(rules)));
    }

    @Test
    void anExitCodeMayEndTheJobAtOnce() {
        World world = world(1);
        world.api.create(
                Job.KIND,
                job(spec -> withPolicy(spec, onExit("FailJob", 42))
                        .withParallelism(3)
                        .withCompletions(3)));
        var first = new TreeSet<String>();
        run(
                world,
                Duration.ofMinutes(1),
                pod -> pod.metadata().hasDeletionTimestamp()
                        ? 137
                        : first.isEmpty() && first.add(pod.name()) ? 42 : -1);
        assertThat(conditions(world)).contains("Failed=True PodFailurePolicy");
        assertThat(message(world, "Failed"))
                .isEqualTo("Container main for pod shop/" + first.first()
                        + " failed with exit code 42 matching FailJob rule at index 0");
        assertThat(world.all(Pod.KIND)).filteredOn(PodState::isActive).isEmpty();
    }

    @Test
    void aDisruptionMayBeIgnored() {
        World world = world(1);
        var disrupted = PodFailurePolicyRule.EMPTY
                .withAction("Ignore")
                .withOnPodConditions(List.of(PodFailurePolicyOnPodConditionsPattern.EMPTY
                        .withType("DisruptionTarget")
                        .withStatus("True")));
        world.api.create(Job.KIND, job(spec -> withPolicy(spec, disrupted).withBackoffLimit(0)));
        world.settle();
        Pod victim = world.all(Pod.KIND).getFirst();
        world.api.put(
                Pod.KIND,
                victim.withStatus(victim.status()
                        .withPhase("Failed")
                        .withConditions(List.of(
                                PodCondition.EMPTY.withType("DisruptionTarget").withStatus("True")))));
        run(world, Duration.ofMinutes(2), pod -> 0);
        assertThat(conditions(world)).contains("Complete=True CompletionsReached");
        assertThat(status(world).failed()).isZero();
        assertThat(world.all(Pod.KIND)).hasSize(2).noneMatch(JobPods::isTracked);
    }

    @Test
    void anIndexMayFailByItsExitCode() {
        World world = world(1);
        world.api.create(
                Job.KIND,
                job(spec -> withPolicy(indexed(spec, 3, 3), onExit("FailIndex", 42))
                        .withBackoffLimit(1000)
                        .withBackoffLimitPerIndex(5)));
        run(world, Duration.ofMinutes(1), pod -> index(pod) == 1 ? 42 : 0);
        assertThat(status(world).failedIndexes()).isEqualTo("1");
        assertThat(status(world).completedIndexes()).isEqualTo("0,2");
        assertThat(conditions(world)).contains("Failed=True FailedIndexes");
        assertThat(world.all(Pod.KIND)).hasSize(3);
    }

    private static JobSpec succeedingBy(JobSpec spec, SuccessPolicyRule rule) {
        return spec.withSuccessPolicy(SuccessPolicy.EMPTY.withRules(List.of(rule)));
    }

    @Test
    void aLeaderMaySucceedForAll() {
        World world = world(1);
        world.api.create(
                Job.KIND,
                job(spec -> succeedingBy(indexed(spec, 4, 4), SuccessPolicyRule.EMPTY.withSucceededIndexes("0"))));
        run(world, Duration.ofMinutes(1), pod -> index(pod) == 0 ? 0 : -1);
        assertThat(conditions(world))
                .containsExactly("SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy");
        assertThat(message(world, "Complete")).isEqualTo("Matched rules at index 0");
        assertThat(status(world).completedIndexes()).isEqualTo("0");
        assertThat(world.all(Pod.KIND)).filteredOn(PodState::isActive).isEmpty();
    }

    @Test
    void someOfManyMaySucceedForAll() {
        World world = world(1);
        world.api.create(
                Job.KIND,
                job(spec -> succeedingBy(indexed(spec, 4, 4), SuccessPolicyRule.EMPTY.withSucceededCount(2))));
        run(world, Duration.ofMinutes(1), pod -> index(pod) < 2 ? 0 : -1);
        assertThat(conditions(world)).contains("Complete=True SuccessPolicy");
        assertThat(status(world).succeeded()).isEqualTo(2);
    }

    @Test
    void fewerInParallelEndsSomeWhichAreNoFailures() {
        World world = world(1);
        Job wide = job(spec -> spec.withParallelism(4).withCompletions(8));
        world.api.create(Job.KIND, wide);
        world.settle();
        assertThat(status(world).active()).isEqualTo(4);
        world.change(Job.KIND, wide, job -> job.withSpec(job.spec().withParallelism(1)));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(1);
        assertThat(status(world).failed()).isZero();
    }

    @Test
    void aPodThatSomebodyDeletesIsReplacedLikeOneThatFailed() {
        World world = world(1);
        world.api.create(Job.KIND, job(spec -> spec));
        world.settle();
        world.api.delete(Pod.KIND, world.all(Pod.KIND).getFirst().key());
        world.runtime.advance(Duration.ofSeconds(9));
        assertThat(world.all(Pod.KIND)).isEmpty();
        world.runtime.advance(Duration.ofSeconds(2));
        assertThat(world.all(Pod.KIND)).hasSize(1);
        assertThat(status(world).failed()).isEqualTo(1);
    }

    @Test
    void aPodThatIsAdoptedIsCountedAndOneThatIsReleasedIsNot() {
        World world = world(1);
        Pod orphan = Pod.named(NAMESPACE, "orphan")
                .withSpec(template("work", "image:1").spec())
                .withMetadata(Pod.named(NAMESPACE, "orphan").metadata().withLabels(Map.of("app", "work")));
        world.api.create(Pod.KIND, orphan);
        world.api.create(Job.KIND, job(spec -> spec));
        world.settle();
        assertThat(world.all(Pod.KIND)).singleElement().matches(JobPods::isTracked);
        world.change(Pod.KIND, orphan, pod -> pod.withMetadata(pod.metadata().withLabels(Map.of("app", "other"))));
        world.settle();
        assertThat(world.the(Pod.KIND, NAMESPACE, "orphan")).matches(pod -> !JobPods.isTracked(pod));
        assertThat(world.the(Pod.KIND, NAMESPACE, "orphan").metadata().ownerReferences())
                .isEmpty();
        run(world, Duration.ofSeconds(10), pod -> pod.name().equals("orphan") ? -1 : 0);
        assertThat(status(world).succeeded()).isEqualTo(1);
    }

    @Test
    void podsThatAJobLeavesBehindAreKeptByNothing() {
        World world = world(1);
        Job made = world.api.create(Job.KIND, job(spec -> spec));
        world.settle();
        Pod pod = world.all(Pod.KIND).getFirst();
        world.api.delete(Job.KIND, made.key());
        world.change(Pod.KIND, pod, left -> left.withMetadata(left.metadata().withOwnerReferences(List.of())));
        world.settle();
        assertThat(world.all(Pod.KIND)).singleElement().matches(left -> !JobPods.isTracked(left));
    }

    @Test
    void aJobHasBegunEvenWhereItsPodsAreRefused() {
        World world = world(1);
        var refusal = world.api.failWhile(
                request ->
                        request.verb() == Verb.CREATE && request.path().plural().equals("pods"),
                ApiException.forbidden(new GroupResource("", "pods"), "work", "exceeded quota: small"));
        world.api.create(Job.KIND, job(spec -> spec.withParallelism(2).withCompletions(2)));
        world.runtime.advance(Duration.ofMillis(1));
        assertThat(status(world).hasStartTime()).isTrue();
        assertThat(status(world).hasActive()).isFalse();
        refusal.close();
        world.settle();
        assertThat(status(world).active()).isEqualTo(2);
        assertThat(world.told()).anyMatch(event -> event.startsWith("FailedCreate: Error creating: pods \"work\""));
    }

    @Test
    void somebodyElsesJobIsLeftAlone() {
        World world = world(1);
        world.api.create(Job.KIND, job(spec -> spec.withManagedBy("example.com/queue")));
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(status(world)).isEqualTo(JobStatus.EMPTY);
    }

    @Test
    void aJobThatIsDeletedTakesItsPodsWithIt() {
        World world = new World(1).withNodes();
        world.start(
                new JobController(world.api, world.informers, world.runtime, world.events),
                new GarbageCollector(
                        world.api,
                        world.informers,
                        world.runtime,
                        world.events,
                        Settings.of("PEM").resources(),
                        new MetricRegistry()));
        Job made =
                world.api.create(Job.KIND, job(spec -> spec.withParallelism(3).withCompletions(3)));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(3);
        world.api.delete(Job.KIND, made.key(), DeleteOptions.NONE.propagation("Background"));
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
    }
}
