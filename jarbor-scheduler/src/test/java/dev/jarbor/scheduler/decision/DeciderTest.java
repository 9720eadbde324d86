package dev.jarbor.scheduler.decision;

import static dev.jarbor.scheduler.Samples.labeled;
import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Affinity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodAffinityTerm;
import dev.jarbor.api.core.v1.PodAntiAffinity;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import dev.jarbor.api.core.v1.TopologySpreadConstraint;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.cluster.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules of Kubernetes docs, "Assigning Pods to Nodes", "Taints and Tolerations", "Pod Topology Spread Constraints". */
class DeciderTest {
    private final Decider decider = new Decider(new SimulatedRuntime(1).random());

    private Decision decide(Pod pod, List<Node> nodes, Pod... placed) {
        return decider.decide(pod, ClusterState.of(nodes, List.of(placed), List.of()));
    }

    private static Pod on(String node, Pod pod) {
        return pod.withSpec(pod.spec().withNodeName(node));
    }

    private static String message(Decision decision) {
        return ((Decision.Unschedulable) decision).message();
    }

    @Test
    void withoutNodesNothingIsScheduled() {
        assertThat(message(decide(pod("a", "1"), List.of()))).isEqualTo("no nodes available to schedule pods");
    }

    @Test
    void aPodGoesWhereItFits() {
        assertThat(decide(pod("a", "2"), List.of(node("small", "1", "1Gi"), node("big", "4", "1Gi"))))
                .isEqualTo(new Decision.Assign("big"));
    }

    @Test
    void aPreferenceCountsByItsShareOfTheHighest() {
        List<Node> nodes = List.of(
                labeled(node("liked", "4", "4Gi"), "kind", "liked"), labeled(node("too", "4", "4Gi"), "kind", "too"));
        Pod pod = pod("a", "100m");
        pod = pod.withSpec(pod.spec().withAffinity(new Affinity(Json.object("""
                {"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
                 {"weight":100,"preference":{"matchExpressions":[{"key":"kind","operator":"In","values":["liked"]}]}},
                 {"weight":90,"preference":{"matchExpressions":[{"key":"kind","operator":"In","values":["too"]}]}}]}}
                """))));
        assertThat(decide(pod, nodes)).isEqualTo(new Decision.Assign("liked"));
        assertThat(decide(pod, nodes, on("liked", pod("busy", "2"))))
                .as("a tenth less is no reason to crowd a node")
                .isEqualTo(new Decision.Assign("too"));
    }

    @Test
    void taintsThatOnlyWarnCountByTheirShareOfTheMost() {
        Node one = warned(labeled(node("one", "4", "4Gi"), "kind", "one"), 1);
        Node two = warned(labeled(node("two", "4", "4Gi"), "kind", "two"), 2);
        assertThat(decide(pod("a", "100m"), List.of(one, two))).isEqualTo(new Decision.Assign("one"));
        Pod pod = pod("a", "100m");
        pod = pod.withSpec(pod.spec().withAffinity(new Affinity(Json.object("""
                {"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
                 {"weight":1,"preference":{"matchExpressions":[{"key":"kind","operator":"In","values":["two"]}]}}]}}
                """))));
        assertThat(decide(pod, List.of(one, two)))
                .as("half as many taints are less than a whole preference")
                .isEqualTo(new Decision.Assign("two"));
    }

    private static Node warned(Node node, int taints) {
        return node.withSpec(node.spec()
                .withTaints(IntStream.range(0, taints)
                        .mapToObj(number ->
                                Taint.EMPTY.withKey("warning-" + number).withEffect("PreferNoSchedule"))
                        .toList()));
    }

    @Test
    void whatIsRequestedOnANodeIsNotFreeThere() {
        List<Node> nodes = List.of(node("n1", "2", "4Gi"));
        assertThat(message(decide(pod("b", "1500m"), nodes, on("n1", pod("a", "1")))))
                .isEqualTo("0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available:"
                        + " 1 No preemption victims found for incoming pod.");
    }

    @Test
    void reasonsAreCountedOverNodesAsTheReferencePrintsThem() {
        Taint taint = Taint.EMPTY.withKey("dedicated").withValue("db").withEffect("NoSchedule");
        Node tainted = node("t", "4", "4Gi");
        List<Node> nodes =
                List.of(node("n", "1", "1Gi"), tainted.withSpec(tainted.spec().withTaints(List.of(taint))));
        assertThat(message(decide(pod("a", "2"), nodes)))
                .startsWith(
                        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: db}. ");
    }

    @Test
    void aTolerationOpensATaintedNode() {
        Node tainted = node("t", "4", "4Gi");
        tainted = tainted.withSpec(tainted.spec()
                .withTaints(
                        List.of(Taint.EMPTY.withKey("dedicated").withValue("db").withEffect("NoSchedule"))));
        Pod tolerant = pod("a", "1");
        tolerant = tolerant.withSpec(tolerant.spec()
                .withTolerations(List.of(Toleration.EMPTY.withKey("dedicated").withOperator("Exists"))));
        assertThat(decide(tolerant, List.of(tainted))).isEqualTo(new Decision.Assign("t"));
    }

    @Test
    void aCordonedNodeTakesNoPods() {
        Node cordoned = node("n", "4", "4Gi");
        cordoned = cordoned.withSpec(cordoned.spec().withUnschedulable(true));
        assertThat(message(decide(pod("a", "1"), List.of(cordoned)))).contains("1 node(s) were unschedulable");
    }

    @Test
    void aNodeSelectorMustMatch() {
        Pod picky = pod("a", "1");
        picky = picky.withSpec(picky.spec().withNodeSelector(Map.of("disk", "ssd")));
        List<Node> nodes = List.of(node("plain", "4", "4Gi"), labeled(node("fast", "4", "4Gi"), "disk", "ssd"));
        assertThat(decide(picky, nodes)).isEqualTo(new Decision.Assign("fast"));
    }

    @Test
    void requiredAntiAffinityKeepsAlikePodsApartInBothDirections() {
        PodAffinityTerm term = PodAffinityTerm.EMPTY
                .withTopologyKey("kubernetes.io/hostname")
                .withLabelSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "db")));
        Pod lonely = labeled(pod("a", "1"), "app", "db");
        lonely = lonely.withSpec(lonely.spec()
                .withAffinity(Affinity.EMPTY.withPodAntiAffinity(
                        PodAntiAffinity.EMPTY.withRequiredDuringSchedulingIgnoredDuringExecution(List.of(term)))));
        Pod plain = labeled(pod("b", "1"), "app", "db");
        List<Node> nodes = List.of(node("n1", "4", "4Gi"), node("n2", "4", "4Gi"));
        assertThat(decide(lonely, nodes, on("n1", plain))).isEqualTo(new Decision.Assign("n2"));
        assertThat(decide(plain, nodes, on("n1", lonely))).isEqualTo(new Decision.Assign("n2"));
    }

    @Test
    void aHardSpreadConstraintHoldsTheSkew() {
        TopologySpreadConstraint constraint = TopologySpreadConstraint.EMPTY
                .withMaxSkew(1)
                .withTopologyKey("zone")
                .withWhenUnsatisfiable("DoNotSchedule")
                .withLabelSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web")));
        Pod pod = labeled(pod("c", "1"), "app", "web");
        pod = pod.withSpec(pod.spec().withTopologySpreadConstraints(List.of(constraint)));
        List<Node> nodes =
                List.of(labeled(node("a1", "9", "9Gi"), "zone", "a"), labeled(node("b1", "9", "9Gi"), "zone", "b"));
        Pod placed = on("a1", labeled(pod("x", "1"), "app", "web"));
        assertThat(decide(pod, nodes, placed)).isEqualTo(new Decision.Assign("b1"));
        assertThat(message(decide(pod, List.of(labeled(node("u", "9", "9Gi"), "other", "b")))))
                .contains("1 node(s) didn't match pod topology spread constraints (missing required label)");
    }

    @Test
    void theEmptierNodeIsBetter() {
        List<Node> nodes = List.of(node("n1", "4", "4Gi"), node("n2", "4", "4Gi"));
        assertThat(decide(pod("b", "1"), nodes, on("n1", pod("a", "2")))).isEqualTo(new Decision.Assign("n2"));
    }
}
