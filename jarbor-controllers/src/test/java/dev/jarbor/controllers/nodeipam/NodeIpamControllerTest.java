package dev.jarbor.controllers.nodeipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeSpec;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIpamControllerTest {
    private static NodeIpamController loop(World world, PodRanges... ranges) {
        return new NodeIpamController(
                world.api, world.informers, world.runtime, world.events, List.of(ranges), new MetricRegistry());
    }

    private static World world(String network, int nodePrefix) {
        World world = new World(1);
        return world.start(loop(world, PodRanges.of(network, nodePrefix)));
    }

    private static String range(World world, String node) {
        return world.the(Node.KIND, "", node).spec().podCIDR();
    }

    @ParameterizedTest
    @CsvSource({
        "10.42.0.0/16, 24, '', '', 10.42.0.0/24",
        "10.42.0.0/16, 24, 10.42.0.0/24, 10.42.0.0/24, 10.42.1.0/24",
        "10.42.0.0/16, 24, 10.42.1.0/24, 10.42.0.0/24, 10.42.2.0/24",
        "10.42.0.0/16, 24, 10.42.255.0/24, 10.42.255.0/24, 10.42.0.0/24",
        "10.42.0.0/16, 24, 10.42.0.0/17, '', 10.42.128.0/24",
        "192.0.2.0/30, 31, 192.0.2.0/31, '', 192.0.2.2/31",
        "10.42.7.9/16, 17, 192.0.2.0/24, 192.0.2.0/24, 10.42.0.0/17",
        "fd00:42::/48, 64, '', '', fd00:42::/64",
        "fd00:42::/48, 64, fd00:42::/64, fd00:42::/64, fd00:42:0:1::/64",
        "fd00:42::/48, 64, '', fd00:42:0:ffff::/64, fd00:42::/64",
        "fd00:42::/112, 120, 'fd00:42::/121', '', fd00:42::100/120",
    })
    void theNextFreeRangeIsTaken(String network, int prefix, String used, String latest, String next) {
        assertThat(PodRanges.of(network, prefix).next(List.of(used), latest)).contains(next);
    }

    @Test
    void aNetworkThatIsUsedUpHasNoRangeAndOneThatCannotBeCutIsRefused() {
        assertThat(PodRanges.of("10.0.0.0/24", 25).next(List.of("10.0.0.0/25", "10.0.0.128/25"), ""))
                .isEmpty();
        assertThatThrownBy(() -> PodRanges.of("10.0.0.0/24", 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PodRanges.of("10.0.0.0/8", 25)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PodRanges.of("10.0.0.0", 24)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PodRanges.of("10.0.0.300/8", 16)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rangesAreCountedAsTheyAreGivenAndLeftAndTheLoopSaysThatItRuns() {
        World world = new World(1);
        var registry = new MetricRegistry();
        var loop = new NodeIpamController(
                world.api,
                world.informers,
                world.runtime,
                world.events,
                List.of(PodRanges.of("10.42.0.0/22", 24)),
                registry);
        world.start(loop);
        world.api.create(Node.KIND, Node.named("a"));
        world.api.create(Node.KIND, Node.named("b"));
        world.settle();
        world.api.delete(Node.KIND, ObjectKey.cluster("a"));
        world.settle();
        String network = "{clusterCIDR=\"10.42.0.0/22\"}";
        String running = "running_managed_controllers{manager=\"kube-controller-manager\",name=\"nodeipam\"} ";
        assertThat(registry.text())
                .contains("node_ipam_controller_cidrset_cidrs_allocations_total" + network + " 2\n")
                .contains("node_ipam_controller_cidrset_cidrs_releases_total" + network + " 1\n")
                .contains("node_ipam_controller_cidrset_usage_cidrs" + network + " 0.25\n")
                .contains("node_ipam_controller_cirdset_max_cidrs" + network + " 4\n")
                .contains("node_ipam_controller_cidrset_allocation_tries_per_request_count" + network + " 2\n")
                .contains(running + "1\n");
        loop.close();
        assertThat(registry.text()).contains(running + "0\n");
    }

    @Test
    void everyNodeGetsARangeAndKeepsIt() {
        World world = world("10.42.0.0/16", 24);
        world.api.create(Node.KIND, Node.named("a"));
        world.api.create(
                Node.KIND,
                Node.named("own")
                        .withSpec(NodeSpec.EMPTY.withPodCIDR("10.42.1.0/24").withPodCIDRs(List.of("10.42.1.0/24"))));
        world.settle();
        world.api.create(Node.KIND, Node.named("b"));
        world.settle();
        assertThat(range(world, "a")).isEqualTo("10.42.0.0/24");
        assertThat(world.the(Node.KIND, "", "a").spec().podCIDRs()).containsExactly("10.42.0.0/24");
        assertThat(range(world, "own")).isEqualTo("10.42.1.0/24");
        assertThat(range(world, "b")).isEqualTo("10.42.2.0/24");
    }

    @Test
    void aNodeThatFindsNoneIsToldAndGetsWhatAnotherLeaves() {
        World world = world("10.42.0.0/24", 25);
        for (String name : List.of("a", "b", "c")) {
            world.api.create(Node.KIND, Node.named(name));
            world.settle();
        }
        assertThat(range(world, "c")).isEmpty();
        assertThat(world.told()).contains("CIDRNotAvailable: Node c status is now: CIDRNotAvailable");
        world.api.delete(Node.KIND, ObjectKey.cluster("a"));
        world.settle();
        assertThat(range(world, "c")).isEqualTo("10.42.0.0/25");
    }

    @Test
    void aNodeGetsARangeOfEachFamilyOrNone() {
        World world = new World(1);
        var registry = new MetricRegistry();
        List<PodRanges> families = List.of(PodRanges.of("10.42.0.0/23", 24), PodRanges.of("fd00:42::/63", 64));
        world.start(
                new NodeIpamController(world.api, world.informers, world.runtime, world.events, families, registry));
        world.api.put(
                Node.KIND,
                Node.named("old")
                        .withSpec(NodeSpec.EMPTY.withPodCIDR("fd00:42::/64").withPodCIDRs(List.of("fd00:42::/64"))));
        world.api.create(Node.KIND, Node.named("a"));
        world.settle();
        assertThat(world.the(Node.KIND, "", "a").spec().podCIDR()).isEqualTo("10.42.0.0/24");
        assertThat(world.the(Node.KIND, "", "a").spec().podCIDRs()).containsExactly("10.42.0.0/24", "fd00:42:0:1::/64");
        world.api.create(Node.KIND, Node.named("b"));
        world.settle();
        assertThat(world.the(Node.KIND, "", "b").spec().podCIDRs()).isEmpty();
        assertThat(world.told()).contains("CIDRNotAvailable: Node b status is now: CIDRNotAvailable");
        assertThat(registry.text())
                .contains("node_ipam_controller_cidrset_usage_cidrs{clusterCIDR=\"10.42.0.0/23\"} 0.5\n")
                .contains("node_ipam_controller_cidrset_usage_cidrs{clusterCIDR=\"fd00:42::/63\"} 1\n")
                .contains("node_ipam_controller_cirdset_max_cidrs{clusterCIDR=\"fd00:42::/63\"} 2\n");
        world.api.delete(Node.KIND, ObjectKey.cluster("old"));
        world.settle();
        assertThat(world.the(Node.KIND, "", "b").spec().podCIDRs()).containsExactly("10.42.1.0/24", "fd00:42::/64");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noTwoNodesHaveOneRangeHoweverOftenTheLoopIsStopped(long seed) {
        World world = new World(seed);
        PodRanges ranges = PodRanges.of("10.42.0.0/20", 24);
        NodeIpamController loop = loop(world, ranges);
        world.start(loop);
        for (int i = 0; i < 200; i++) {
            String name = "n" + world.runtime.random().nextInt(16);
            if (world.runtime.random().nextInt(4) == 0) {
                world.api.find(Node.KIND, ObjectKey.cluster(name)).ifPresent(node -> {
                    try {
                        world.api.delete(Node.KIND, node.key());
                    } catch (dev.jarbor.api.status.ApiException away) {
                        assertThat(away.isRetryable()).isTrue();
                    }
                });
            } else if (world.api.find(Node.KIND, ObjectKey.cluster(name)).isEmpty()) {
                world.api.put(Node.KIND, Node.named(name));
            }
            world.trouble(8);
            if (i % 11 == 0) {
                loop.close();
                loop = loop(world, ranges);
                loop.start();
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(400)), () -> {
                var seen = new TreeSet<String>();
                world.all(Node.KIND).stream()
                        .map(node -> node.spec().podCIDR())
                        .filter(range -> !range.isEmpty())
                        .forEach(range -> assertThat(seen.add(range))
                                .as("seed %d: %s", seed, range)
                                .isTrue());
            });
        }
        world.calm();
        assertThat(world.all(Node.KIND))
                .as("seed %d", seed)
                .noneMatch(node -> node.spec().podCIDR().isEmpty());
    }
}
