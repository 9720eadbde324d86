package dev.jarbor.controllers.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodeLifecycleControllerTest {
    private boolean beating = true;

    private World world() {
        World world = new World(1);
        world.start(
                new NodeLifecycleController(world.api, world.informers, world.runtime, world.events),
                new TaintEvictionController(world.api, world.informers, world.runtime, world.events),
                new PodGarbageCollector(world.api, world.informers, world.runtime));
        world.api.put(Node.KIND, node(world, "True"));
        world.api.put(Lease.KIND, Lease.named("kube-node-lease", "one"));
        // Of two nodes: were one the only one, its silence would say nothing of it.
        world.api.put(
                Node.KIND, Node.named("other").withStatus(node(world, "True").status()));
        world.api.put(Lease.KIND, Lease.named("kube-node-lease", "other"));
        beat(world);
        return world;
    }

    private static Node node(World world, String ready) {
        return Node.named("one")
                .withStatus(NodeStatus.EMPTY.withConditions(List.of(NodeCondition.EMPTY
                        .withType("Ready")
                        .withStatus(ready)
                        .withReason("KubeletReady")
                        .withLastHeartbeatTime(world.runtime.now()))));
    }

    private void beat(World world) {
        if (beating) {
            Lease lease = world.the(Lease.KIND, "kube-node-lease", "one");
            world.api.put(Lease.KIND, lease.withSpec(LeaseSpec.EMPTY.withRenewTime(world.runtime.now())));
        }
        Lease other = world.the(Lease.KIND, "kube-node-lease", "other");
        world.api.put(Lease.KIND, other.withSpec(LeaseSpec.EMPTY.withRenewTime(world.runtime.now())));
        world.runtime.schedule("heartbeat", Duration.ofSeconds(10), () -> beat(world));
    }

    private static Pod pod(World world, String name, Toleration... tolerations) {
        return world.api.put(
                Pod.KIND,
                Pod.named("shop", name)
                        .withSpec(PodSpec.EMPTY.withNodeName("one").withTolerations(List.of(tolerations)))
                        .withStatus(PodStatus.EMPTY.withPhase("Running").withConditions(List.of(world.ready(true)))));
    }

    private static Toleration fiveMinutes() {
        return Toleration.EMPTY
                .withKey(NodeHealth.UNREACHABLE)
                .withOperator("Exists")
                .withEffect("NoExecute")
                .withTolerationSeconds(300);
    }

    private static Node node(World world) {
        return world.api.get(Node.KIND, ObjectKey.cluster("one"));
    }

    private static List<String> taints(World world) {
        return node(world).spec().taints().stream()
                .map(taint -> taint.key() + ":" + taint.effect())
                .toList();
    }

    @Test
    void aNodeThatRenewsItsLeaseStaysReady() {
        World world = world();
        pod(world, "web");
        world.runtime.advance(Duration.ofMinutes(10));
        assertThat(NodeHealth.ready(node(world))).isEqualTo("True");
        assertThat(taints(world)).isEmpty();
        assertThat(world.all(Pod.KIND)).hasSize(1);
    }

    @Test
    void aSilentNodeIsUnknownAndTaintedAndItsPodsAreNotReadyAndLeaveAfterTheirTolerance() {
        World world = world();
        pod(world, "web", fiveMinutes());
        pod(world, "daemon", fiveMinutes().withoutTolerationSeconds());
        world.runtime.advance(Duration.ofMinutes(1));
        beating = false;
        world.runtime.advance(Duration.ofSeconds(40));
        assertThat(NodeHealth.ready(node(world))).isEqualTo("True");
        world.runtime.advance(Duration.ofSeconds(25));

        NodeCondition ready = NodeHealth.condition(node(world), "Ready").orElseThrow();
        assertThat(ready.status()).isEqualTo("Unknown");
        assertThat(ready.reason()).isEqualTo("NodeStatusUnknown");
        assertThat(ready.message()).isEqualTo("Kubelet stopped posting node status.");
        assertThat(NodeHealth.condition(node(world), "DiskPressure")
                        .orElseThrow()
                        .reason())
                .isEqualTo("NodeStatusNeverUpdated");
        assertThat(taints(world))
                .containsExactly(
                        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute");
        assertThat(world.all(Pod.KIND)).hasSize(2).noneMatch(PodState::isReady);

        world.runtime.advance(Duration.ofSeconds(270));
        assertThat(world.all(Pod.KIND)).noneMatch(pod -> pod.metadata().hasDeletionTimestamp());
        world.runtime.advance(Duration.ofSeconds(30));
        assertThat(world.all(Pod.KIND))
                .filteredOn(pod -> pod.metadata().hasDeletionTimestamp())
                .extracting(Pod::name)
                .containsExactly("web");
        assertThat(world.told()).contains("TaintManagerEviction: Marking for deletion Pod shop/web");
    }

    /** Its leases are refused, its reports of pods are not: each of the two says the last word, but not at once and without end. */
    @Test
    void anAgentThatTellsOfItsPodsOnlyIsContradictedOnceALook() {
        World world = world();
        Pod web = pod(world, "web", fiveMinutes().withoutTolerationSeconds());
        var contradicted = new AtomicInteger();
        world.informers.of(Pod.KIND).onChange(change -> {
            if (!PodState.isReady(change.object())) {
                contradicted.incrementAndGet();
                world.runtime.execute(
                        "agent",
                        () -> world.api.updateStatus(Pod.KIND, change.object().withStatus(web.status())));
            }
        });
        beating = false;
        world.runtime.advance(Duration.ofMinutes(2));

        assertThat(NodeHealth.ready(node(world))).isEqualTo("Unknown");
        assertThat(contradicted.get()).isBetween(5, 24);
    }

    @Test
    void aNodeThatComesBackLosesItsTaints() {
        World world = world();
        beating = false;
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(taints(world)).isNotEmpty();
        beating = true;
        Node back = node(world);
        world.api.put(Node.KIND, back.withStatus(node(world, "True").status()));
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(taints(world)).isEmpty();
    }

    @Test
    void aNodeThatSaysItIsNotReadyIsTaintedAsSuch() {
        World world = world();
        Node before = node(world);
        world.api.put(Node.KIND, before.withStatus(node(world, "False").status()));
        world.runtime.advance(Duration.ofSeconds(10));
        assertThat(taints(world))
                .containsExactly("node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute");
    }

    @Test
    void aCordonedNodeIsTaintedAndAForeignTaintIsLeftAlone() {
        World world = world();
        Node before = node(world);
        world.api.update(Node.KIND, before.withSpec(before.spec().withUnschedulable(true)));
        world.runtime.advance(Duration.ofSeconds(10));
        assertThat(taints(world)).containsExactly("node.kubernetes.io/unschedulable:NoSchedule");
    }

    @Test
    void podsOfAVanishedNodeAreDeletedAfterAWhile() {
        World world = world();
        pod(world, "web");
        world.runtime.advance(Duration.ofSeconds(30));
        world.api.delete(Node.KIND, ObjectKey.cluster("one"));
        world.runtime.advance(Duration.ofSeconds(30));
        assertThat(world.all(Pod.KIND)).hasSize(1);
        world.runtime.advance(Duration.ofSeconds(60));
        assertThat(world.all(Pod.KIND)).isEmpty();
    }

    @Test
    void aNodeThatNeverSaidAnythingHasAMinute() {
        World world = world();
        world.api.create(Node.KIND, Node.named("new"));
        world.runtime.advance(Duration.ofSeconds(56));
        assertThat(world.the(Node.KIND, "", "new").status().conditions()).isEmpty();
        world.runtime.advance(Duration.ofSeconds(10));
        NodeCondition ready =
                NodeHealth.condition(world.the(Node.KIND, "", "new"), "Ready").orElseThrow();
        assertThat(ready.status()).isEqualTo("Unknown");
        assertThat(ready.reason()).isEqualTo("NodeStatusNeverUpdated");
        assertThat(ready.message()).isEqualTo("Kubelet never posted node status.");
    }

    @Test
    void aNodeSaysUnderTheNamesOfOldWhatItRuns() {
        World world = world();
        Node before = node(world);
        world.api.update(
                Node.KIND,
                before.withMetadata(before.metadata()
                        .withLabels(Map.of(
                                "kubernetes.io/os", "linux",
                                "kubernetes.io/arch", "arm64",
                                "beta.kubernetes.io/arch", "amd64"))));
        world.runtime.advance(Duration.ofSeconds(10));
        assertThat(node(world).metadata().labels())
                .containsEntry("beta.kubernetes.io/os", "linux")
                .containsEntry("beta.kubernetes.io/arch", "arm64");
    }

    @Test
    void aPodThatHasToGoAtOnceAfterAllIsToldThatTheOldPlanIsOff() {
        World world = world();
        pod(world, "web", fiveMinutes().withKey("example.com/smoke"));
        taint(world, "example.com/smoke");
        world.runtime.advance(Duration.ofSeconds(2));
        assertThat(world.told()).noneMatch(told -> told.startsWith("TaintManagerEviction"));
        taint(world, "example.com/fire");
        world.runtime.advance(Duration.ofSeconds(2));
        assertThat(world.told())
                .contains(
                        "TaintManagerEviction: Cancelling deletion of Pod shop/web",
                        "TaintManagerEviction: Marking for deletion Pod shop/web");
    }

    @Test
    void aPodWhoseTaintIsTakenAwayStays() {
        World world = world();
        pod(world, "web", fiveMinutes().withKey("example.com/fire"));
        taint(world, "example.com/fire");
        world.runtime.advance(Duration.ofSeconds(20));
        Node node = node(world);
        world.api.update(Node.KIND, node.withSpec(node.spec().withoutTaints()));
        world.runtime.advance(Duration.ofMinutes(10));
        assertThat(world.told()).contains("TaintManagerEviction: Cancelling deletion of Pod shop/web");
        assertThat(world.all(Pod.KIND)).noneMatch(pod -> pod.metadata().hasDeletionTimestamp());
    }

    private static void taint(World world, String key) {
        Node node = node(world);
        var taints = new ArrayList<>(node.spec().taints());
        taints.add(Taint.EMPTY.withKey(key).withEffect("NoExecute"));
        world.api.update(Node.KIND, node.withSpec(node.spec().withTaints(taints)));
    }
}
