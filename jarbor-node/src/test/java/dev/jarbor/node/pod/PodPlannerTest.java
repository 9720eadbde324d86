package dev.jarbor.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.node.pod.PodMemory.VolumeState;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRecord.State;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.PodIdentity;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a look at a pod decides: one situation, one next step. */
class PodPlannerTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:10:00Z");
    private static final PodIdentity IDENTITY = new PodIdentity("shop", "web", "u1");
    private static final ImageRecord IMAGE = new ImageRecord("sha256:1", List.of(), List.of(), 1, -1, "");

    private Pod pod = Pod.named("shop", "web")
            .withSpec(PodSpec.EMPTY.withRestartPolicy("Always").withContainers(List.of(container("main"))));
    private final List<SandboxRecord> sandboxes = new ArrayList<>();
    private final List<ContainerRecord> containers = new ArrayList<>();
    private PodMemory memory =
            PodMemory.since(NOW.minusSeconds(60)).withVolumes(new VolumeState(true, NOW.minusSeconds(5), 0));
    private boolean imagePresent = true;

    PodPlannerTest() {
        pod = pod.withMetadata(pod.metadata().withUid("u1"));
    }

    private static Container container(String name) {
        return Container.EMPTY.withName(name).withImage("app:1").withImagePullPolicy("IfNotPresent");
    }

    private static Container sidecar(String name) {
        return container(name).withRestartPolicy("Always");
    }

    private void inits(Container... inits) {
        pod = pod.withSpec(pod.spec().withInitContainers(List.of(inits)));
    }

    private void sandbox(String id, int attempt, boolean ready) {
        sandboxes.add(new SandboxRecord(id, IDENTITY, attempt, ready, NOW.minusSeconds(60), List.of("10.0.0.2")));
    }

    private ContainerRecord instance(String name, int attempt, State state, int exitCode) {
        var record = new ContainerRecord(
                name + attempt,
                "s1",
                IDENTITY,
                name,
                attempt,
                state,
                NOW.minusSeconds(50 - attempt),
                NOW.minusSeconds(50 - attempt),
                state == State.EXITED ? NOW.minusSeconds(3) : Instant.EPOCH,
                exitCode,
                "app:1",
                "sha256:1",
                "",
                "",
                Map.of(),
                "");
        containers.add(record);
        return record;
    }

    private PodPlan plan() {
        return PodPlanner.plan(new PodWorld(
                pod,
                new PodRecord(IDENTITY, sandboxes, containers),
                memory,
                NOW,
                image -> imagePresent ? Optional.of(IMAGE) : Optional.empty(),
                false));
    }

    /** The steps of a plan in short words, without what is only told. */
    private List<String> steps() {
        return plan().actions().stream()
                .filter(action -> !(action instanceof PodAction.Tell))
                .map(action -> switch (action) {
                    case PodAction.PrepareVolumes ignored -> "volumes";
                    case PodAction.StartSandbox(int attempt) -> "sandbox " + attempt;
                    case PodAction.PullImage(Container of, int attempt) -> "pull " + of.name();
                    case PodAction.StartContainer(Container of, int attempt, String in) ->
                        "start " + of.name() + " " + attempt;
                    case PodAction.StopContainer(ContainerRecord of, Duration grace, boolean hook) ->
                        "stop " + of.name() + " " + grace.toSeconds();
                    case PodAction.StopSandbox(String id) -> "stop sandbox " + id;
                    case PodAction.RemoveSandbox(String id) -> "remove sandbox " + id;
                    case PodAction.RemoveContainer(String id) -> "remove " + id;
                    case PodAction.Tell ignored -> "";
                })
                .toList();
    }

    @Test
    void aNewPodNeedsItsVolumesFirst() {
        memory = PodMemory.since(NOW);
        assertThat(steps()).containsExactly("volumes");
    }

    @Test
    void thenItsSandbox() {
        assertThat(steps()).containsExactly("sandbox 0");
    }

    @Test
    void nothingIsBegunTwice() {
        memory = memory.withBusy(Operation.SANDBOX);
        assertThat(steps()).isEmpty();
    }

    @Test
    void anImageThatIsNotThereIsPulledBeforeTheContainerStarts() {
        sandbox("s1", 0, true);
        imagePresent = false;
        assertThat(steps()).containsExactly("pull main");
        imagePresent = true;
        assertThat(steps()).containsExactly("start main 0");
    }

    @Test
    void aRunningContainerNeedsNothing() {
        sandbox("s1", 0, true);
        instance("main", 0, State.RUNNING, 0);
        assertThat(steps()).isEmpty();
        assertThat(plan().look()).isZero();
    }

    @Test
    void aContainerThatEndedIsStartedAsThePolicySays() {
        sandbox("s1", 0, true);
        instance("main", 0, State.EXITED, 0);
        assertThat(steps()).containsExactly("start main 1");
        pod = pod.withSpec(pod.spec().withRestartPolicy("OnFailure"));
        assertThat(steps()).containsExactly("stop sandbox s1");
        pod = pod.withSpec(pod.spec().withRestartPolicy("Never"));
        assertThat(steps()).containsExactly("stop sandbox s1");
    }

    @Test
    void aFailureIsRetriedOnFailureAndFinalWithNever() {
        sandbox("s1", 0, true);
        instance("main", 0, State.EXITED, 1);
        pod = pod.withSpec(pod.spec().withRestartPolicy("OnFailure"));
        assertThat(steps()).containsExactly("start main 1");
        pod = pod.withSpec(pod.spec().withRestartPolicy("Never"));
        assertThat(steps()).containsExactly("stop sandbox s1");
    }

    @Test
    void aContainerInItsBackOffWaitsAndIsLookedAtAgainInTime() {
        sandbox("s1", 0, true);
        instance("main", 0, State.EXITED, 1);
        memory = memory.withContainer(
                "main", one -> one.withRestarts(new Backoff(Duration.ofSeconds(10), NOW.minusSeconds(4))));
        assertThat(steps()).isEmpty();
        assertThat(plan().look()).isEqualTo(Duration.ofSeconds(7));
        assertThat(plan().memory().container("main").waiting().reason()).isEqualTo("CrashLoopBackOff");
    }

    @Test
    void aSidecarStartsBeforeTheContainersAndDoesNotHaveToEnd() {
        inits(container("first"), sidecar("proxy"));
        sandbox("s1", 0, true);
        assertThat(steps()).containsExactly("start first 0");
        instance("first", 0, State.EXITED, 0);
        assertThat(steps()).containsExactly("start proxy 0");
        instance("proxy", 0, State.RUNNING, 0);
        assertThat(steps()).containsExactly("start main 0");
    }

    @Test
    void aSidecarThatEndsBesideRunningContainersIsRestartedAlone() {
        inits(sidecar("proxy"));
        sandbox("s1", 0, true);
        instance("proxy", 0, State.EXITED, 1);
        instance("main", 0, State.RUNNING, 0);
        assertThat(steps()).containsExactly("start proxy 1");
    }

    @Test
    void onTheWayOutContainersEndFirstThenSidecarsFromTheLastThenTheSandbox() {
        inits(sidecar("a"), sidecar("b"));
        sandbox("s1", 0, true);
        instance("a", 0, State.RUNNING, 0);
        instance("b", 0, State.RUNNING, 0);
        ContainerRecord main = instance("main", 0, State.RUNNING, 0);
        pod = pod.withMetadata(pod.metadata().withDeletionTimestamp(NOW).withDeletionGracePeriodSeconds(20));
        assertThat(steps()).containsExactly("stop main 20");

        containers.remove(main);
        assertThat(steps()).containsExactly("stop b 20");
        containers.remove(containers.size() - 1);
        assertThat(steps()).containsExactly("stop a 20");
        containers.clear();
        assertThat(steps()).containsExactly("stop sandbox s1");
        sandboxes.clear();
        assertThat(plan().ended()).isTrue();
    }

    @Test
    void aSandboxThatDiedIsReplacedAndInitContainersRunAgain() {
        inits(container("first"));
        sandbox("s1", 0, false);
        instance("first", 0, State.EXITED, 0);
        instance("main", 0, State.EXITED, 137);
        assertThat(steps()).containsExactly("sandbox 1");
        sandboxes.add(new SandboxRecord("s2", IDENTITY, 1, true, NOW, List.of("10.0.0.3")));
        assertThat(steps()).containsExactly("start first 1");
    }

    @Test
    void aPodPastItsDeadlineIsEndedWithItsReason() {
        sandbox("s1", 0, true);
        instance("main", 0, State.RUNNING, 0);
        pod = pod.withSpec(pod.spec().withActiveDeadlineSeconds(30).withTerminationGracePeriodSeconds(5));
        assertThat(steps()).containsExactly("stop main 5");
        assertThat(plan().memory().failure().reason()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void aChangedImageMakesTheContainerAnew() {
        sandbox("s1", 0, true);
        ContainerRecord old = instance("main", 0, State.RUNNING, 0);
        containers.clear();
        containers.add(new ContainerRecord(
                old.id(),
                old.sandboxId(),
                old.pod(),
                old.name(),
                0,
                State.RUNNING,
                old.createdAt(),
                old.startedAt(),
                Instant.EPOCH,
                0,
                "app:0",
                "sha256:0",
                "",
                "",
                Map.of(ContainerHash.ANNOTATION, "other"),
                ""));
        assertThat(steps()).containsExactly("stop main 30");
    }

    @Test
    void onlyTheInstanceBeforeTheRunningOneIsKept() {
        sandbox("s1", 0, true);
        instance("main", 0, State.EXITED, 1);
        instance("main", 1, State.EXITED, 1);
        instance("main", 2, State.RUNNING, 0);
        assertThat(steps()).containsExactly("remove main0");
    }
}
