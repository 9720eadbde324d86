package dev.jarbor.controllers.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How fast pods have to leave, by how much of a zone is silent. */
class ZoneEvictionTest {
    private final World world = new World(1);
    private final TreeSet<String> silent = new TreeSet<>();

    private void start(Map<String, Integer> zones) {
        world.start(new NodeLifecycleController(world.api, world.informers, world.runtime, world.events));
        zones.forEach((zone, size) -> {
            for (int i = 0; i < size; i++) {
                Node node = Node.named(zone + "-" + i);
                world.api.put(
                        Node.KIND,
                        node.withMetadata(node.metadata().withLabels(Map.of("topology.kubernetes.io/zone", zone)))
                                .withStatus(ready()));
                world.api.put(Lease.KIND, Lease.named("kube-node-lease", node.name()));
            }
        });
        beat();
        world.runtime.advance(Duration.ofMinutes(2));
    }

    private NodeStatus ready() {
        return NodeStatus.EMPTY.withConditions(List.of(NodeCondition.EMPTY
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .withLastHeartbeatTime(world.runtime.now())));
    }

    private void beat() {
        for (Lease lease : world.all(Lease.KIND)) {
            if (!silent.contains(lease.name())) {
                world.api.put(Lease.KIND, lease.withSpec(LeaseSpec.EMPTY.withRenewTime(world.runtime.now())));
            }
        }
        world.runtime.schedule("heartbeat", Duration.ofSeconds(10), this::beat);
    }

    private void silence(String zone, int count) {
        for (int i = 0; i < count; i++) {
            silent.add(zone + "-" + i);
        }
    }

    /** As kubelets do that reach the server again. */
    private void speak() {
        for (String name : silent) {
            Node node = world.the(Node.KIND, "", name);
            world.api.put(Node.KIND, node.withStatus(ready()));
        }
        silent.clear();
    }

    private long left() {
        return world.all(Node.KIND).stream().filter(NodeHealth::isLeft).count();
    }

    private long unknown() {
        return world.all(Node.KIND).stream()
                .filter(node -> NodeHealth.ready(node).equals("Unknown"))
                .count();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 0, NORMAL",
        "1, 2, NORMAL",
        "0, 1, FULL_DISRUPTION",
        "4, 5, PARTIAL_DISRUPTION",
        "5, 5, NORMAL",
        "0, 0, NORMAL",
    })
    void aZoneIsJudgedByItsNodes(int ready, int notReady, ZoneState state) {
        assertThat(ZoneState.of(ready, notReady)).isEqualTo(state);
    }

    @Test
    void inANormalZoneOneNodeIsLeftEveryTenSeconds() {
        start(Map.of("a", 20));
        silence("a", 8);
        assertThat(world.runtime.runUntil(() -> unknown() == 8, Duration.ofMinutes(2)))
                .isTrue();
        assertThat(left()).isBetween(1L, 2L);
        world.runtime.advance(Duration.ofSeconds(30));
        assertThat(left()).isBetween(2L, 5L);
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(left()).isEqualTo(8);
    }

    @Test
    void aSmallZoneOfWhichMostIsSilentIsLeftAlone() {
        start(Map.of("a", 10, "b", 3));
        silence("a", 7);
        world.runtime.advance(Duration.ofMinutes(10));
        assertThat(unknown()).isEqualTo(7);
        assertThat(left()).isLessThanOrEqualTo(1);
    }

    @Test
    void aLargeZoneOfWhichMostIsSilentIsLeftTenTimesSlower() {
        start(Map.of("a", 60, "b", 3));
        silence("a", 40);
        assertThat(world.runtime.runUntil(() -> unknown() == 40, Duration.ofMinutes(2)))
                .isTrue();
        long before = left();
        world.runtime.advance(Duration.ofSeconds(1000));
        assertThat(left() - before).isBetween(9L, 11L);
    }

    @Test
    void aZoneThatIsGoneIsLeftWhileOthersStand() {
        start(Map.of("a", 5, "b", 3));
        silence("a", 5);
        world.runtime.advance(Duration.ofMinutes(5));
        assertThat(left()).isEqualTo(5);
    }

    @Test
    void whereNothingIsHeardOfAnyNodeNobodyLeavesAndAllGetTimeWhenItIsHeardAgain() {
        start(Map.of("a", 5, "b", 3));
        silence("a", 5);
        silence("b", 3);
        world.runtime.advance(Duration.ofMinutes(10));
        assertThat(unknown()).isEqualTo(8);
        assertThat(left()).isZero();
        assertThat(world.all(Node.KIND))
                .allMatch(node -> node.spec().taints().stream()
                        .anyMatch(taint -> taint.key().equals(NodeHealth.UNREACHABLE)));
        speak();
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(unknown()).isZero();
        assertThat(world.all(Node.KIND)).allMatch(node -> node.spec().taints().isEmpty());
    }

    @Test
    void nodesThatAreNotToBeCountedSayNothingOfTheirZone() {
        Node counted = Node.named("counted").withStatus(ready());
        Node silent = Node.named("silent");
        assertThat(ZoneState.of(List.of(counted, silent)).values())
                .containsExactly(new ZoneState.Zone(ZoneState.NORMAL, 2, 1));
        Node excluded =
                silent.withMetadata(silent.metadata().withLabels(Map.of("node.kubernetes.io/exclude-disruption", "")));
        assertThat(ZoneState.of(List.of(counted, excluded)).values())
                .containsExactly(new ZoneState.Zone(ZoneState.NORMAL, 1, 1));
        assertThat(ZoneState.of(List.of(excluded))).isEmpty();
    }
}
