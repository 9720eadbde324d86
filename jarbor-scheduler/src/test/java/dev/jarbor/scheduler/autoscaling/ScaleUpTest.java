package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which nodes are added for pods that found none. */
class ScaleUpTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);
    private final List<Node> nodes = new ArrayList<>();
    private final List<Pod> pods = new ArrayList<>();

    private FakeNodeGroup group(String name, int most, String cpu) {
        return new FakeNodeGroup(api, runtime, name, 0, most, cpu);
    }

    private void waiting(int count, String cpu, Map<String, String> nodeSelector) {
        IntStream.range(0, count)
                .forEach(i -> pods.add(Pod.named("shop", "p" + pods.size())
                        .withSpec(PodSpec.EMPTY
                                .withNodeSelector(nodeSelector)
                                .withContainers(List.of(Container.EMPTY
                                        .withName("main")
                                        .withResources(ResourceRequirements.EMPTY.withRequests(
                                                Map.of("cpu", Quantity.parse(cpu)))))))
                        .withStatus(PodStatus.EMPTY.withConditions(List.of(PodCondition.EMPTY
                                .withType("PodScheduled")
                                .withStatus("False")
                                .withReason("Unschedulable"))))));
    }

    private ScaleUp plan(Expander expander, NodeGroup... groups) {
        return plan(Views.of(nodes, pods, List.of(groups)), expander, false);
    }

    private ScaleUp plan(ClusterView view, Expander expander, boolean balance) {
        return ScaleUp.of(view, view.packed(runtime.random()), expander, balance, runtime.random());
    }

    private static String text(ScaleUp plan) {
        return plan.chosen()
                .map(option -> option.group().name() + " +" + option.count() + " for "
                        + option.pods().size())
                .orElse("nothing");
    }

    @Test
    void asManyNodesAsThePodsNeed() {
        waiting(5, "1500m", Map.of());

        assertThat(text(plan(Expander.RANDOM, group("a", 10, "4")))).isEqualTo("a +3 for 5");
    }

    @Test
    void noMoreThanTheGroupMayHave() {
        waiting(5, "3", Map.of());
        ScaleUp plan = plan(Expander.RANDOM, group("a", 2, "4"));

        assertThat(text(plan)).isEqualTo("a +2 for 2");
        assertThat(plan.helpless()).hasSize(3);
        assertThat(plan.helpless().values())
                .allMatch(reasons -> reasons.equals(List.of("max node group size reached")));
    }

    @Test
    void podsThatFitOnNodesThatComeWaitForThem() {
        FakeNodeGroup group = group("a", 10, "4");
        group.increase(1);
        waiting(2, "2", Map.of());
        assertThat(text(plan(Expander.RANDOM, group))).isEqualTo("nothing");

        waiting(1, "2", Map.of());
        assertThat(text(plan(Expander.RANDOM, group))).isEqualTo("a +1 for 1");
    }

    @Test
    void whatNoNodeCouldTakeIsSaidInTheSchedulersWords() {
        waiting(1, "16", Map.of());
        FakeNodeGroup full = group("b", 0, "32");
        ScaleUp plan = plan(Expander.RANDOM, group("a", 10, "4"), full);

        assertThat(text(plan)).isEqualTo("nothing");
        assertThat(ScaleUp.message(plan.helpless().getOrDefault(new ObjectKey("shop", "p0"), List.of())))
                .isEqualTo("pod didn't trigger scale-up: 1 Insufficient cpu, 1 max node group size reached");
    }

    @Test
    void podsGoOnlyToGroupsThatTheyMayGoTo() {
        waiting(2, "1", Map.of("group", "b"));

        assertThat(text(plan(Expander.RANDOM, group("a", 10, "4"), group("b", 10, "4"))))
                .isEqualTo("b +1 for 2");
    }

    @Test
    void thePodsOfDaemonsTakeTheirRoomOnNewNodesToo() {
        waiting(2, "2", Map.of());
        var daemon = new DaemonSet(Json.object("""
                {"metadata":{"namespace":"kube-system","name":"log"},"spec":{"template":{"spec":{"containers":[
                 {"name":"log","resources":{"requests":{"cpu":"100m"}}}]}}}}
                """));
        ClusterView view = Views.with(List.of(daemon), List.of(), Views.of(nodes, pods, List.of(group("a", 10, "4"))));

        assertThat(text(plan(view, Expander.RANDOM, false))).isEqualTo("a +2 for 2");
    }

    @Test
    void theExpanderDecidesBetweenGroups() {
        waiting(3, "2", Map.of());
        FakeNodeGroup small = group("small", 1, "2");
        FakeNodeGroup large = group("large", 10, "16");

        assertThat(text(plan(Expander.LEAST_WASTE, small, large))).startsWith("small");
        assertThat(text(plan(Expander.MOST_PODS, small, large))).startsWith("large");
        Expander preferred = Expander.priority(Map.of(10, List.of("^la.*"), 50, List.of("nothing")));
        assertThat(text(plan(preferred, small, large))).startsWith("large");
        assertThat(text(plan(Expander.priority(Map.of()), small, large))).isNotEqualTo("nothing");
        assertThat(plan(Expander.RANDOM, small, large).chosen()).isNotEqualTo(Optional.empty());
    }

    private static Fleet fleet(String group, boolean healthy, Optional<Provisioning.Failure> resting) {
        return new Fleet(
                Fleet.WELL.all(),
                true,
                Map.of(group, new Fleet.State(Fleet.WELL.all(), healthy, false, resting)),
                Set.of(),
                Set.of());
    }

    @Test
    void aGroupThatRestsOrIsNotWellIsLeftAloneAndSaysSo() {
        waiting(1, "1", Map.of());
        ClusterView view = Views.of(nodes, pods, List.of(group("a", 5, "4")));
        var failure = Optional.of(new Provisioning.Failure("timeout", "late"));
        ScaleUp resting = plan(Views.with(fleet("a", true, failure), view), Expander.RANDOM, false);
        assertThat(text(resting)).isEqualTo("nothing");
        assertThat(resting.helpless().values()).containsExactly(List.of("in backoff after failed scale-up"));
        ScaleUp unwell = plan(Views.with(fleet("a", false, failure), view), Expander.RANDOM, false);
        assertThat(unwell.helpless().values()).containsExactly(List.of("not ready for scale-up"));
    }

    @Test
    void nobodyMakesRoomForPodsThatOthersMayPushAsideOrForWhichOthersGo() {
        waiting(3, "1", Map.of());
        pods.set(0, pods.get(0).withSpec(pods.get(0).spec().withPriority(-11)));
        pods.set(1, pods.get(1).withStatus(pods.get(1).status().withNominatedNodeName("n")));
        assertThat(text(plan(Expander.RANDOM, group("a", 5, "4")))).isEqualTo("a +1 for 1");
    }

    @Test
    void aPodMayAskToWaitBeforeRoomIsMadeForIt() {
        Instant made = Instant.parse("2026-01-01T00:00:00Z");
        waiting(1, "1", Map.of());
        Pod pod = pods.getFirst();
        pods.set(
                0,
                pod.withMetadata(pod.metadata()
                        .withCreationTimestamp(made)
                        .withAnnotations(Map.of("cluster-autoscaler.kubernetes.io/pod-scale-up-delay", "1m"))));
        ClusterView view = Views.of(nodes, pods, List.of(group("a", 5, "4")));
        assertThat(text(plan(Views.at(made.plusSeconds(59), view), Expander.RANDOM, false)))
                .isEqualTo("nothing");
        assertThat(text(plan(Views.at(made.plusSeconds(60), view), Expander.RANDOM, false)))
                .isEqualTo("a +1 for 1");
    }

    @Test
    void podsOfNodesThatGoNeedRoomToo() {
        FakeNodeGroup group = group("a", 5, "4");
        group.increase(1);
        Node node = FakeNodeGroup.node("a-0", "4", Map.of());
        nodes.add(node.withSpec(node.spec()
                .withTaints(List.of(Taint.EMPTY.withKey(Draining.TAINT).withEffect("NoSchedule")))));
        waiting(1, "1", Map.of());
        Pod pod = pods.getFirst();
        pods.set(0, pod.withSpec(pod.spec().withNodeName("a-0")).withStatus(PodStatus.EMPTY));
        assertThat(text(plan(Expander.RANDOM, group))).isEqualTo("a +1 for 1");
    }

    @Test
    void aNodeThatHasRegisteredAndIsNotReadyYetIsExpectedOnce() {
        FakeNodeGroup group = group("a", 5, "4");
        group.increase(1);
        Node node = FakeNodeGroup.node("a-0", "4", Map.of());
        nodes.add(node.withStatus(node.status().withConditions(List.of())));
        waiting(2, "3", Map.of());
        var starting = new Fleet(Fleet.WELL.all(), true, Map.of(), Set.of(), Set.of("a-0"));
        ClusterView view = Views.with(starting, Views.of(nodes, pods, List.of(group)));
        assertThat(text(plan(view, Expander.RANDOM, false))).isEqualTo("a +1 for 1");
    }

    @Test
    void expandersDecideOneAfterTheOther() {
        waiting(3, "2", Map.of());
        FakeNodeGroup first = group("first", 10, "16");
        FakeNodeGroup second = group("second", 10, "8");
        FakeNodeGroup small = group("small", 1, "2");
        assertThat(text(plan(Expander.MOST_PODS.then(Expander.LEAST_WASTE), first, small, second)))
                .startsWith("second");
    }

    private FakeNodeGroup inZone(String zone, int most, String cpu) {
        return group(zone, most, cpu).labelled(Map.of("topology.kubernetes.io/zone", zone));
    }

    private List<String> balanced(NodeGroup... groups) {
        return plan(Views.of(nodes, pods, List.of(groups)), Expander.priority(Map.of(1, List.of("first"))), true)
                .growths()
                .stream()
                .map(Growth::toString)
                .toList();
    }

    @Test
    void theSmallestOfSimilarGroupsGrowsFirstAndNoneBeyondItsBounds() {
        waiting(5, "3", Map.of());
        FakeNodeGroup large = inZone("large", 9, "4");
        large.increase(4);
        large.nodes().forEach(name -> nodes.add(FakeNodeGroup.node(name, "1m", Map.of())));
        assertThat(balanced(inZone("first", 2, "4"), inZone("second", 9, "4"), large, inZone("else", 9, "8")))
                .containsExactly("{first 0->2 (max: 2)}", "{second 0->3 (max: 9)}");
    }

    @Test
    void aGroupWhoseNodesCouldNotTakeEachOfThePodsTakesNoPart() {
        waiting(2, "3", Map.of("topology.kubernetes.io/zone", "first"));
        assertThat(balanced(inZone("first", 4, "4"), inZone("second", 4, "4")))
                .containsExactly("{first 0->2 (max: 4)}");
    }

    @Test
    void machinesAreAlikeUpToTheirPlaceAndALittleMemory() {
        Node one = FakeNodeGroup.node("a", "4", Map.of("topology.kubernetes.io/zone", "a", "kind", "m5"));
        Node other = FakeNodeGroup.node("b", "4", Map.of("topology.kubernetes.io/zone", "b", "kind", "m5"));
        assertThat(SimilarNodes.areSimilar(one, other)).isTrue();
        assertThat(SimilarNodes.areSimilar(one, FakeNodeGroup.node("b", "4", Map.of("kind", "m6"))))
                .isFalse();
        assertThat(SimilarNodes.areSimilar(one, FakeNodeGroup.node("b", "8", Map.of("kind", "m5"))))
                .isFalse();
        assertThat(SimilarNodes.areSimilar(capacity(one, "100Gi"), capacity(other, "99Gi")))
                .isTrue();
        assertThat(SimilarNodes.areSimilar(capacity(one, "100Gi"), capacity(other, "98Gi")))
                .isFalse();
    }

    private static Node capacity(Node node, String memory) {
        return node.withStatus(node.status().withCapacity(Map.of("memory", Quantity.parse(memory))));
    }
}
