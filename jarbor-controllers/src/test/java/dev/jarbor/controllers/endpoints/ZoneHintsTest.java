package dev.jarbor.controllers.endpoints;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.discovery.v1.ForZone;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints are dealt out to zones by their processors: service.kubernetes.io/topology-mode: Auto (KEP-2433). */
class ZoneHintsTest {
    private static final Map<String, Double> EVEN = Map.of("a", 0.5, "b", 0.5);

    private static Node node(String name, String zone, String cpu) {
        Node node = Node.named(name);
        return node.withMetadata(node.metadata().withLabels(Map.of("topology.kubernetes.io/zone", zone)))
                .withStatus(NodeStatus.EMPTY
                        .withAllocatable(Map.of("cpu", Quantity.parse(cpu)))
                        .withConditions(
                                List.of(NodeCondition.EMPTY.withType("Ready").withStatus("True"))));
    }

    private static EndpointSlice slice(String zones) {
        var endpoints = new ArrayList<Endpoint>();
        for (String zone : zones.chars().mapToObj(Character::toString).toList()) {
            endpoints.add(Endpoint.EMPTY.withZone(zone).withConditions(EndpointConditions.EMPTY.withReady(true)));
        }
        return EndpointSlice.named("shop", "slice-" + zones).withEndpoints(endpoints);
    }

    /** The zones that the endpoints are for, one letter each. */
    private static String hints(EndpointSlice slice) {
        return String.join(
                "",
                slice.endpoints().stream()
                        .map(endpoint -> endpoint.hints().forZones().stream()
                                .map(ForZone::name)
                                .findFirst()
                                .orElse("-"))
                        .toList());
    }

    private static ZoneHints.Dealt deal(Map<String, Double> shares, String zones) {
        return ZoneHints.deal(List.of(slice(zones)), List.of(), List.of(), shares);
    }

    @Test
    void zonesCountByTheirProcessors() {
        assertThat(ZoneShares.of(List.of(node("1", "a", "1"), node("2", "b", "2"), node("3", "b", "1"))))
                .containsExactly(Map.entry("a", 0.25), Map.entry("b", 0.75));
        assertThat(ZoneShares.of(List.of(node("1", "a", "1"), node("2", "a", "2"))))
                .isEmpty();
        assertThat(ZoneShares.of(List.of(node("1", "a", "1"), node("2", "b", "0"))))
                .isEmpty();
    }

    @Test
    void endpointsStayInTheirZoneWhereThatIsFair() {
        assertThat(hints(deal(EVEN, "aabb").create().getFirst())).isEqualTo("aabb");
    }

    @Test
    void aZoneWithTooManyGivesToOneWithTooFew() {
        ZoneHints.Dealt dealt = deal(EVEN, "aaaaab");
        assertThat(hints(dealt.create().getFirst())).isEqualTo("bbaaab");
        assertThat(dealt.zones()).containsEntry("a", 3).containsEntry("b", 3);
    }

    @Test
    void whatCannotBeDealtOutFairlyIsNotAndSaysWhy() {
        assertThat(deal(EVEN, "a").trouble()).isEqualTo("Insufficient number of endpoints (1 endpoints, 2 zones)");
        assertThat(deal(Map.of(), "ab").trouble())
                .isEqualTo("Insufficient Node information: allocatable CPU or zone not specified on one or more nodes");
        assertThat(deal(Map.of("a", 0.34, "b", 0.33, "c", 0.33), "abca").trouble())
                .isEqualTo("Unable to allocate minimum required endpoints to each zone without exceeding overload"
                        + " threshold (4 endpoints, 3 zones)");
    }

    @Test
    void aSliceThatIsStillFairIsLeftAlone() {
        EndpointSlice before = deal(EVEN, "aaab").create().getFirst();
        ZoneHints.Dealt dealt = ZoneHints.deal(List.of(), List.of(), List.of(before), EVEN);
        assertThat(dealt.update()).isEmpty();
        assertThat(dealt.zones()).containsEntry("a", 2).containsEntry("b", 2);
        assertThat(ZoneHints.deal(List.of(), List.of(), List.of(before), Map.of("a", 0.9, "b", 0.1))
                        .update())
                .hasSize(1);
    }

    @Test
    void aZoneWithTooFewIsOverloaded() {
        assertThat(ZoneHints.overloaded(Map.of("a", 2, "b", 2), EVEN)).isFalse();
        assertThat(ZoneHints.overloaded(Map.of("a", 5, "b", 1), EVEN)).isTrue();
        assertThat(ZoneHints.overloaded(Map.of("a", 2, "b", 2), Map.of())).isTrue();
    }

    private static Service service(String mode) {
        Service service = Service.named(NAMESPACE, "web");
        return service.withMetadata(
                        service.metadata().withAnnotations(Map.of("service.kubernetes.io/topology-mode", mode)))
                .withSpec(ServiceSpec.EMPTY
                        .withSelector(Map.of("app", "web"))
                        .withPorts(List.of(ServicePort.EMPTY.withPort(80).withProtocol("TCP"))));
    }

    private static void pod(World world, String name) {
        Pod pod = Pod.named(NAMESPACE, name);
        world.api.put(
                Pod.KIND,
                pod.withMetadata(pod.metadata().withLabels(Map.of("app", "web")))
                        .withSpec(Samples.template("web", "image:1").spec()));
    }

    private static World world(long seed) {
        World world = new World(seed).withNodes();
        world.api.put(Node.KIND, node("node-0", "a", "4"));
        world.api.put(Node.KIND, node("node-1", "b", "4"));
        world.api.put(Node.KIND, node("node-2", "b", "4"));
        return world.start(new EndpointSliceController(world.api, world.informers, world.runtime, world.events));
    }

    private static Map<String, Integer> hinted(World world) {
        var counts = new TreeMap<String, Integer>();
        world.all(EndpointSlice.KIND)
                .forEach(slice -> slice.endpoints()
                        .forEach(endpoint -> endpoint.hints()
                                .forZones()
                                .forEach(zone -> counts.merge(zone.name(), 1, Integer::sum))));
        return counts;
    }

    @Test
    void aServiceGetsHintsAndLosesThemAndSaysSo() {
        World world = world(1);
        for (int i = 0; i < 6; i++) {
            pod(world, "web-" + i);
        }
        Service service = world.api.create(Service.KIND, service("Auto"));
        world.settle();
        assertThat(hinted(world)).containsExactly(Map.entry("a", 2), Map.entry("b", 4));
        assertThat(world.told())
                .contains("TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4");

        world.change(
                Service.KIND, service, now -> now.withMetadata(now.metadata().withoutAnnotations()));
        world.settle();
        assertThat(hinted(world)).isEmpty();
        assertThat(world.told())
                .contains("TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void afterAllTroubleHintsAreFairOrThereAreNone(long seed) {
        World world = world(seed);
        world.api.create(Service.KIND, service("Auto"));
        for (int step = 0; step < 20; step++) {
            world.trouble(10);
            try {
                int which = world.runtime.random().nextInt(8);
                pod(world, "web-" + which);
                if (world.runtime.random().nextInt(3) == 0) {
                    world.api.delete(
                            Pod.KIND, Pod.named(NAMESPACE, "web-" + which).key(), DeleteOptions.NONE.grace(0));
                }
            } catch (ApiException refused) {
                // one of the injected faults
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(4000)));
        }
        world.calm();
        Map<String, Integer> zones = hinted(world);
        assertThat(zones.isEmpty() || !ZoneHints.overloaded(zones, Map.of("a", 1 / 3.0, "b", 2 / 3.0)))
                .as("seed " + seed + ": " + zones)
                .isTrue();
    }
}
