package dev.jarbor.controllers.endpoints;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodIP;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The decision of one pass, compared with the reference's reconciler. */
class SlicePlanTest {
    private static final Instant TRIGGER = Instant.parse("2030-01-01T00:00:00Z");

    private final Service service = named("web");

    private static Service named(String name) {
        Service service = Service.named(NAMESPACE, name);
        return service.withMetadata(service.metadata().withUid("uid-of-" + name))
                .withSpec(ServiceSpec.EMPTY
                        .withSelector(Map.of("app", name))
                        .withIpFamilies(List.of("IPv4"))
                        .withPorts(List.of(ServicePort.EMPTY
                                .withPort(80)
                                .withProtocol("TCP")
                                .withTargetPort(IntOrString.of(8080)))));
    }

    private static Pod pod(String name, String... ips) {
        Pod pod = Pod.named(NAMESPACE, name);
        return pod.withMetadata(pod.metadata().withUid("uid-of-" + name))
                .withSpec(PodSpec.EMPTY.withNodeName("node"))
                .withStatus(PodStatus.EMPTY
                        .withPhase("Running")
                        .withPodIP(ips[0])
                        .withPodIPs(List.of(ips).stream()
                                .map(ip -> PodIP.EMPTY.withIp(ip))
                                .toList())
                        .withConditions(
                                List.of(PodCondition.EMPTY.withType("Ready").withStatus("True"))));
    }

    private static List<Pod> pods(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> pod("web-" + i, "10.0." + i / 250 + "." + (i % 250 + 1)))
                .toList();
    }

    private static SlicePlan decide(Service service, List<Pod> pods, List<EndpointSlice> existing) {
        return SlicePlan.decide(
                service,
                pods,
                existing,
                name -> name.equals("node") ? Optional.of(Node.named(name)) : Optional.empty(),
                Optional.of(TRIGGER));
    }

    /** Slices of the service as they are after a pass, by number of endpoints. */
    private List<EndpointSlice> made(int... sizes) {
        var slices = new ArrayList<EndpointSlice>();
        int from = 0;
        for (int size : sizes) {
            EndpointSlice slice =
                    decide(service, pods(from, from + size), List.of()).create().getFirst();
            slices.add(slice.withMetadata(slice.metadata().withName("web-slice-" + slices.size())));
            from += size;
        }
        return slices;
    }

    @Test
    void eachFamilyWithoutEndpointsHasAPlaceholder() {
        Service dual = service.withSpec(service.spec().withIpFamilies(List.of("IPv4", "IPv6")));
        assertThat(decide(dual, List.of(), List.of()).create())
                .extracting(EndpointSlice::addressType)
                .containsExactly("IPv4", "IPv6");
        SlicePlan half = decide(dual, List.of(pod("web-1", "10.0.0.1")), List.of());
        assertThat(half.create())
                .extracting(slice -> slice.addressType() + " "
                        + slice.endpoints().size() + " " + slice.ports().size())
                .containsExactly("IPv4 1 1", "IPv6 0 0");
        List<EndpointSlice> there = half.create();
        SlicePlan again = decide(dual, List.of(pod("web-1", "10.0.0.1")), there);
        assertThat(again.create()).isEmpty();
        assertThat(again.update()).isEmpty();
        assertThat(again.delete()).isEmpty();
    }

    @Test
    void aFamilyThatTheServiceGaveUpLosesItsSlices() {
        Service dual = service.withSpec(service.spec().withIpFamilies(List.of("IPv4", "IPv6")));
        List<Pod> pods = List.of(pod("web-1", "10.0.0.1", "fd00::1"));
        List<EndpointSlice> there = decide(dual, pods, List.of()).create();
        assertThat(there).hasSize(2);
        assertThat(decide(service, pods, there).delete())
                .extracting(EndpointSlice::addressType)
                .containsExactly("IPv6");
    }

    @Test
    void newcomersGoTogetherIntoTheFullestSliceThatHasRoomForAll() {
        SlicePlan plan = decide(service, pods(0, 152), made(90, 60));
        assertThat(plan.create()).isEmpty();
        assertThat(plan.update()).singleElement().satisfies(slice -> {
            assertThat(slice.name()).isEqualTo("web-slice-0");
            assertThat(slice.endpoints()).hasSize(92);
        });
        assertThat(plan.changes()).containsExactly(new SlicePlan.Change("IPv4", 2, 0));
    }

    @Test
    void aSliceMoreIsBetterThanSeveralThatChange() {
        SlicePlan plan = decide(service, pods(0, 199), made(98, 97));
        assertThat(plan.update()).isEmpty();
        assertThat(plan.create())
                .singleElement()
                .satisfies(slice -> assertThat(slice.endpoints()).hasSize(4));
    }

    @Test
    void newcomersFillSlicesThatChangeAnyway() {
        var pods = new ArrayList<>(pods(0, 154));
        pods.subList(100, 103).clear();
        SlicePlan plan = decide(service, pods, made(100, 50));
        assertThat(plan.create()).isEmpty();
        assertThat(plan.update())
                .singleElement()
                .satisfies(slice -> assertThat(slice.endpoints()).hasSize(51));
        assertThat(plan.changes()).containsExactly(new SlicePlan.Change("IPv4", 4, 3));
    }

    @Test
    void aSliceThatWouldGoTakesThePlaceOfOneThatWouldCome() {
        Service moved = service.withSpec(service.spec()
                .withPorts(List.of(
                        ServicePort.EMPTY.withPort(80).withProtocol("TCP").withTargetPort(IntOrString.of(9090)))));
        SlicePlan plan = decide(moved, pods(0, 3), made(3));
        assertThat(plan.create()).isEmpty();
        assertThat(plan.delete()).isEmpty();
        assertThat(plan.update()).singleElement().satisfies(slice -> {
            assertThat(slice.name()).isEqualTo("web-slice-0");
            assertThat(slice.ports().getFirst().port()).isEqualTo(9090);
        });
    }

    @Test
    void slicesOfAnotherOwnerAreDeletedAndNeverTakenOver() {
        Service later = service.withMetadata(service.metadata().withUid("another"));
        SlicePlan plan = decide(later, pods(0, 3), made(3));
        assertThat(plan.create()).hasSize(1);
        assertThat(plan.update()).isEmpty();
        assertThat(plan.delete()).extracting(EndpointSlice::name).containsExactly("web-slice-0");
    }

    @Test
    void aPodOnANodeThatNobodyKnowsIsLeftOutUnlessItIsWantedInAnyState() {
        Pod lost = pod("lost", "10.0.0.9");
        lost = lost.withSpec(lost.spec().withNodeName("gone"));
        SlicePlan plan = decide(service, List.of(lost), List.of());
        assertThat(plan.create().getFirst().endpoints()).isEmpty();
        assertThat(plan.missing()).containsExactly("skipping Pod lost for Service shop/web: Node gone Not Found");
        Service any = service.withSpec(service.spec().withPublishNotReadyAddresses(true));
        SlicePlan all = decide(any, List.of(lost), List.of());
        assertThat(all.create().getFirst().endpoints()).hasSize(1);
        assertThat(all.missing()).isEmpty();
    }

    @Test
    void labelsOfTheServiceAreTakenOverButThoseThatAreReserved() {
        Service labelled = service.withMetadata(service.metadata()
                .withLabels(Map.of(
                        "tier", "front",
                        "endpointslice.kubernetes.io/mine", "kept",
                        "endpointslice.kubernetes.io/managed-by", "me",
                        "kubernetes.io/service-name", "other",
                        "service.kubernetes.io/headless", "")));
        assertThat(decide(labelled, List.of(), List.of())
                        .create()
                        .getFirst()
                        .metadata()
                        .labels())
                .containsOnly(
                        Map.entry("tier", "front"),
                        Map.entry("endpointslice.kubernetes.io/mine", "kept"),
                        Map.entry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"),
                        Map.entry("kubernetes.io/service-name", "web"));
    }

    @Test
    void slicesSayWhenThatHappenedWhichChangedThemIfThatIsKnown() {
        List<EndpointSlice> there = made(2);
        assertThat(there.getFirst().metadata().annotations())
                .containsEntry("endpoints.kubernetes.io/last-change-trigger-time", "2030-01-01T00:00:00Z");
        SlicePlan plan =
                SlicePlan.decide(service, pods(0, 1), there, name -> Optional.of(Node.named(name)), Optional.empty());
        assertThat(plan.update().getFirst().metadata().annotations()).isEmpty();
    }
}
