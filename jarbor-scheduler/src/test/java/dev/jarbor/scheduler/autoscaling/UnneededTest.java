package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.EmptyDirVolumeSource;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetSpec;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetStatus;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which nodes nobody needs, of a group of three with four cores each. */
class UnneededTest {
    private static final String SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict";

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeNodeGroup group = new FakeNodeGroup(new FakeApi(runtime), runtime, "a", 1, 5, "4");
    private final List<Node> nodes = new ArrayList<>();
    private final List<Pod> pods = new ArrayList<>();
    private final List<PodDisruptionBudget> budgets = new ArrayList<>();

    @BeforeEach
    void threeNodes() {
        group.increase(3);
        group.nodes().forEach(name -> nodes.add(FakeNodeGroup.node(name, "4", Map.of())));
        pods.add(pod("busy0", "a-1", "3"));
        pods.add(pod("busy1", "a-2", "2500m"));
    }

    /** A pod of a ReplicaSet. */
    private static Pod pod(String name, String node, String cpu) {
        Pod pod = Pod.named("shop", name);
        return pod.withMetadata(pod.metadata()
                        .withLabels(Map.of("app", "web"))
                        .withOwnerReferences(List.of(OwnerReference.EMPTY
                                .withApiVersion("apps/v1")
                                .withKind("ReplicaSet")
                                .withName("web")
                                .withController(true))))
                .withSpec(PodSpec.EMPTY
                        .withNodeName(node)
                        .withContainers(List.of(Container.EMPTY
                                .withName("main")
                                .withResources(
                                        ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse(cpu)))))));
    }

    private static Pod owned(Pod pod, String kind) {
        return pod.withMetadata(pod.metadata()
                .withOwnerReferences(List.of(OwnerReference.EMPTY
                        .withApiVersion("apps/v1")
                        .withKind(kind)
                        .withName("owner")
                        .withController(true))));
    }

    private static Pod annotated(Pod pod, String name, String value) {
        return pod.withMetadata(pod.metadata().withAnnotations(Map.of(name, value)));
    }

    private static Pod withScratch(Pod pod) {
        return pod.withSpec(pod.spec()
                .withVolumes(List.of(Volume.EMPTY.withName("scratch").withEmptyDir(EmptyDirVolumeSource.EMPTY))));
    }

    private Unneeded found() {
        return found(view(), Set.of());
    }

    private ClusterView view() {
        return Views.with(List.of(), budgets, Views.of(nodes, pods, List.of(group)));
    }

    private Unneeded found(ClusterView view, Set<String> recent) {
        return Unneeded.of(view, view.packed(runtime.random()).simulation(), 0.5, recent);
    }

    /** Why a-0 stays with {@code pod} on it; "" where it may go. */
    private String because(Pod pod) {
        pods.add(pod);
        Unneeded found = found();
        String reason = found.blocked().getOrDefault("a-0", found.kept().getOrDefault("a-0", ""));
        pods.remove(pod);
        return reason;
    }

    private static Pod small() {
        return pod("small", "a-0", "500m");
    }

    @Test
    void aNodeMayGoWhosePodsFindRoomElsewhere() {
        pods.add(small());
        Unneeded found = found();

        assertThat(found.candidates()).singleElement().satisfies(candidate -> {
            assertThat(candidate.name()).isEqualTo("a-0");
            assertThat(candidate.moved()).extracting(Pod::name).containsExactly("small");
            assertThat(candidate.utilization()).hasToString("{0.125 0 0 0 cpu 0.125}");
        });
        assertThat(found.kept()).containsEntry("a-1", "NotUnderutilized").containsEntry("a-2", "NotUnderutilized");
    }

    @Test
    void aNodeStaysWhosePodsFindNone() {
        assertThat(because(pod("large", "a-0", "1900m"))).isEqualTo("NoPlaceToMovePods");
        assertThat(because(pod("half", "a-0", "2"))).isEqualTo("NotUnderutilized");
    }

    @Test
    void twoNodesGoOnlyIfThePodsOfBothFindRoom() {
        pods.set(0, pod("b0", "a-1", "1500m"));
        pods.set(1, pod("b1", "a-2", "3"));
        pods.add(pod("b2", "a-0", "1500m"));

        assertThat(found().candidates()).hasSize(1);
    }

    @Test
    void podsThatNobodyMakesAnewKeepTheirNode() {
        Pod alone = small().withMetadata(small().metadata().withoutOwnerReferences());

        assertThat(because(alone)).isEqualTo("NotReplicated");
        assertThat(because(annotated(alone, SAFE, "true"))).isEmpty();
        assertThat(because(owned(small(), "StatefulSet"))).isEmpty();
        assertThat(because(owned(small(), "Job"))).isEmpty();
    }

    @Test
    void podsMaySayThatTheyStay() {
        assertThat(because(annotated(small(), SAFE, "false"))).isEqualTo("NotSafeToEvictAnnotation");
    }

    @Test
    void podsWithFilesOfTheirOwnKeepTheirNode() {
        assertThat(because(withScratch(small()))).isEqualTo("LocalStorageRequested");
        assertThat(because(annotated(withScratch(small()), SAFE, "true"))).isEmpty();
        assertThat(because(annotated(withScratch(small()), SAFE + "-local-volumes", "other,scratch")))
                .isEmpty();
    }

    @Test
    void podsOfTheNodeItselfDoNotKeepIt() {
        assertThat(because(owned(withScratch(small()), "DaemonSet"))).isEmpty();
        assertThat(because(annotated(
                        small().withMetadata(small().metadata().withoutOwnerReferences()),
                        "kubernetes.io/config.mirror",
                        "x")))
                .isEmpty();
    }

    @Test
    void podsOfTheSystemKeepTheirNodeUnlessABudgetIsMeantForThem() {
        Pod system = small().withMetadata(small().metadata().withNamespace("kube-system"));
        assertThat(because(system)).isEqualTo("UnmovableKubeSystemPod");

        budgets.add(budget("kube-system", 1));
        assertThat(because(system)).isEmpty();
    }

    private static PodDisruptionBudget budget(String namespace, int allowed) {
        return PodDisruptionBudget.named(namespace, "web")
                .withSpec(PodDisruptionBudgetSpec.EMPTY.withSelector(
                        LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web"))))
                .withStatus(PodDisruptionBudgetStatus.EMPTY.withDisruptionsAllowed(allowed));
    }

    @Test
    void aPodStaysWhoseBudgetIsSpent() {
        budgets.add(budget("shop", 0));
        assertThat(because(small())).isEqualTo("NotEnoughPdb");

        budgets.set(0, budget("shop", 1));
        assertThat(because(small())).isEmpty();
        assertThat(because(annotated(small(), SAFE, "true")))
                .as("whoever may always go goes")
                .isEmpty();
    }

    @Test
    void aNodeWhoseBudgetLetsItsPodsGoOneAfterTheOtherIsRisky() {
        budgets.add(budget("shop", 1));
        pods.add(small());
        assertThat(found().candidates()).extracting(Unneeded.Candidate::risky).containsExactly(false);
        pods.add(pod("second", "a-0", "100m"));
        assertThat(found().candidates()).extracting(Unneeded.Candidate::risky).containsExactly(true);
    }

    @Test
    void whatOneNodeTakesOfABudgetIsNotThereForTheNext() {
        budgets.add(budget("shop", 1));
        pods.clear();
        pods.add(small());
        pods.add(pod("other", "a-1", "100m"));
        assertThat(found().candidates()).extracting(Unneeded.Candidate::name).containsExactly("a-0", "a-2");
        assertThat(found().blocked()).containsExactly(Map.entry("a-1", "NotEnoughPdb"));
    }

    @Test
    void podsOfCustomControllersAndOfNobodyWhoIsThereKeepTheirNode() {
        Pod custom = small().withMetadata(small().metadata()
                .withOwnerReferences(List.of(OwnerReference.EMPTY
                        .withApiVersion("example.com/v1")
                        .withKind("Shop")
                        .withName("shop")
                        .withController(true))));
        assertThat(because(custom)).isEqualTo("NotReplicated");

        pods.add(annotated(small(), SAFE, "true"));
        Owners nobody = (kind, key) -> !kind.equals("ReplicaSet") || !key.equals(new ObjectKey("shop", "web"));
        assertThat(found(Views.with(nobody, view()), Set.of()).blocked()).containsEntry("a-0", "ControllerNotFound");
    }

    @Test
    void aPodThatIsLeavingHasToBeElsewhereUntilItIsLongOverdue() {
        Instant told = Instant.parse("2026-01-01T00:00:00Z");
        Pod leaving = small().withMetadata(small().metadata().withDeletionTimestamp(told));
        pods.add(leaving);
        assertThat(found(Views.at(told.plusSeconds(60), view()), Set.of()).candidates())
                .singleElement()
                .satisfies(candidate -> assertThat(candidate.moved()).hasSize(1));
        assertThat(found(Views.at(told.plusSeconds(61), view()), Set.of()).candidates())
                .singleElement()
                .satisfies(candidate -> {
                    assertThat(candidate.isEmpty()).isTrue();
                    assertThat(candidate.utilization().share()).isZero();
                });
    }

    @Test
    void daemonsAndMirrorsCountAsUse() {
        assertThat(because(owned(pod("daemon", "a-0", "2"), "DaemonSet"))).isEqualTo("NotUnderutilized");
        assertThat(because(annotated(pod("mirror", "a-0", "2"), "kubernetes.io/config.mirror", "x")))
                .isEqualTo("NotUnderutilized");
    }

    @Test
    void aNodeThatCouldNotBeDrainedIsNotLookedAtForAWhile() {
        pods.add(pod("large", "a-0", "1900m"));
        assertThat(found().refused()).containsExactly("a-0");
        assertThat(found(view(), Set.of("a-0")).kept()).containsEntry("a-0", "RecentlyUnremovable");
        assertThat(found(view(), Set.of("a-0")).refused()).isEmpty();
    }

    @Test
    void aNodeThatIsNotReadyYetIsNoCandidateAndNoHome() {
        var starting = new Fleet(Fleet.WELL.all(), true, Map.of(), Set.of(), Set.of("a-0"));
        assertThat(found(Views.with(starting, view()), Set.of()).candidates()).isEmpty();
        pods.set(1, pod("busy1", "a-2", "100m"));
        assertThat(found(Views.with(starting, view()), Set.of()).candidates())
                .extracting(Unneeded.Candidate::name)
                .containsExactly("a-2");
    }

    @Test
    void podsThatWaitAreExpectedOnTheNodesThatTheyFitOn() {
        pods.add(pod("large", "a-0", "1500m"));
        assertThat(found().candidates()).hasSize(1);
        pods.add(pod("waiting", "", "1500m")
                .withStatus(PodStatus.EMPTY.withConditions(List.of(PodCondition.EMPTY
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason("Unschedulable")))));
        assertThat(found().candidates()).isEmpty();
    }

    @Test
    void aNodeMaySayThatItStays() {
        Node node = nodes.getFirst();
        nodes.set(
                0,
                node.withMetadata(node.metadata()
                        .withAnnotations(Map.of("cluster-autoscaler.kubernetes.io/scale-down-disabled", "true"))));

        assertThat(because(small())).isEqualTo("ScaleDownDisabledAnnotation");
    }

    @Test
    void nodesOfNoGroupStayAndThoseOfASmallestGroup() {
        nodes.add(FakeNodeGroup.node("own", "4", Map.of()));
        assertThat(found().kept()).containsEntry("own", "NotAutoscaled");

        pods.clear();
        assertThat(found().candidates())
                .extracting(Unneeded.Candidate::name)
                .as("which of them goes is decided when their time has come")
                .containsExactly("a-0", "a-1", "a-2");
        group.delete(List.of("a-1", "a-2"));
        assertThat(found().kept()).containsEntry("a-0", "NodeGroupMinSizeReached");
    }
}
