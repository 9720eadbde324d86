package dev.jarbor.controllers.endpoints;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointHints;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.discovery.v1.ForNode;
import dev.jarbor.api.discovery.v1.ForZone;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSliceControllerTest {
    private static World world(long seed) {
        World world = new World(seed).withNodes();
        for (int i = 0; i < 3; i++) {
            world.api.create(Node.KIND, Node.named("node-" + i));
        }
        return world.start(
                new EndpointSliceController(world.api, world.informers, world.runtime, world.events),
                new EndpointsController(world.api, world.informers, world.runtime, world.events));
    }

    private static Service service(String name, IntOrString target) {
        Service service = Service.named(NAMESPACE, name);
        return service.withMetadata(service.metadata().withLabels(Map.of("tier", "front")))
                .withSpec(ServiceSpec.EMPTY
                        .withSelector(Map.of("app", name))
                        .withPorts(List.of(ServicePort.EMPTY
                                .withName("web")
                                .withPort(80)
                                .withProtocol("TCP")
                                .withTargetPort(target))));
    }

    private static Pod pod(World world, String app, String name) {
        Pod pod = Pod.named(NAMESPACE, name);
        return world.api.put(
                Pod.KIND,
                pod.withMetadata(pod.metadata().withLabels(Map.of("app", app)))
                        .withSpec(Samples.template(app, "image:1").spec()));
    }

    private static List<EndpointSlice> slices(World world) {
        return world.all(EndpointSlice.KIND);
    }

    private static List<Endpoint> endpoints(World world) {
        return slices(world).stream()
                .flatMap(slice -> slice.endpoints().stream())
                .toList();
    }

    @Test
    void aServiceHasASliceWithItsReadyPodsAndTheirResolvedPorts() {
        World world = world(1);
        Node node = Node.named("node-1");
        world.api.put(
                Node.KIND, node.withMetadata(node.metadata().withLabels(Map.of("topology.kubernetes.io/zone", "a"))));
        Service service = world.api.create(Service.KIND, service("web", IntOrString.of("http")));
        Pod pod = pod(world, "web", "web-1");
        world.settle();

        EndpointSlice slice = slices(world).getFirst();
        assertThat(slices(world)).hasSize(1);
        assertThat(slice.name()).startsWith("web-");
        assertThat(slice.addressType()).isEqualTo("IPv4");
        assertThat(slice.metadata().labels())
                .containsEntry("kubernetes.io/service-name", "web")
                .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .containsEntry("tier", "front");
        assertThat(slice.metadata().ownerReferences().getFirst().uid())
                .isEqualTo(service.metadata().uid());
        assertThat(slice.metadata().annotations()).containsKey("endpoints.kubernetes.io/last-change-trigger-time");
        assertThat(slice.ports()).singleElement().satisfies(port -> {
            assertThat(port.name()).isEqualTo("web");
            assertThat(port.port()).isEqualTo(8080);
        });
        assertThat(slice.endpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.addresses()).containsExactly("10.0.0.1");
            assertThat(endpoint.conditions().ready()).isTrue();
            assertThat(endpoint.conditions().serving()).isTrue();
            assertThat(endpoint.conditions().terminating()).isFalse();
            assertThat(endpoint.nodeName()).isEqualTo("node-1");
            assertThat(endpoint.zone()).isEqualTo("a");
            assertThat(endpoint.targetRef().uid()).isEqualTo(pod.metadata().uid());
        });
        Endpoints old = world.the(Endpoints.KIND, NAMESPACE, "web");
        assertThat(old.subsets().getFirst().addresses().getFirst().ip()).isEqualTo("10.0.0.1");
        assertThat(old.subsets().getFirst().ports().getFirst().port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource({"PreferClose,a,", "PreferSameZone,a,", "PreferSameNode,a,node-1", ",,"})
    void endpointsSayForWhomTheyAreFirst(String distribution, String zone, String host) {
        World world = world(1);
        Node node = Node.named("node-1");
        world.api.put(
                Node.KIND, node.withMetadata(node.metadata().withLabels(Map.of("topology.kubernetes.io/zone", "a"))));
        Service service = service("web", IntOrString.of(8080));
        world.api.create(
                Service.KIND,
                distribution == null
                        ? service
                        : service.withSpec(service.spec().withTrafficDistribution(distribution)));
        pod(world, "web", "web-1");
        world.settle();
        EndpointHints hints = endpoints(world).getFirst().hints();
        assertThat(hints.forZones().stream().map(ForZone::name).toList())
                .isEqualTo(zone == null ? List.of() : List.of(zone));
        assertThat(hints.forNodes().stream().map(ForNode::name).toList())
                .isEqualTo(host == null ? List.of() : List.of(host));
    }

    @Test
    void aTerminatingPodKeepsServingWithoutBeingReady() {
        World world = world(1);
        world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        Pod pod = pod(world, "web", "web-1");
        world.settle();
        world.api.delete(Pod.KIND, pod.key());
        assertThat(world.runtime.runUntil(
                        () -> endpoints(world).stream()
                                .anyMatch(endpoint -> endpoint.conditions().terminating()),
                        Duration.ofSeconds(2)))
                .isTrue();
        assertThat(endpoints(world).getFirst().conditions().ready()).isFalse();
        assertThat(endpoints(world).getFirst().conditions().serving()).isTrue();
        world.settle();
        assertThat(endpoints(world)).isEmpty();
        assertThat(slices(world)).hasSize(1);
        assertThat(world.the(Endpoints.KIND, NAMESPACE, "web").subsets()).isEmpty();
    }

    @Test
    void aPodThatIsNotReadyIsListedButNotReadyUnlessTheServicePublishesIt() {
        World world = world(1);
        world.healthy(pod -> false);
        Service service = service("web", IntOrString.of(8080));
        world.api.create(Service.KIND, service);
        pod(world, "web", "web-1");
        world.settle();
        assertThat(endpoints(world).getFirst().conditions().ready()).isFalse();
        assertThat(world.the(Endpoints.KIND, NAMESPACE, "web")
                        .subsets()
                        .getFirst()
                        .notReadyAddresses())
                .hasSize(1);

        world.change(
                Service.KIND, service, before -> before.withSpec(before.spec().withPublishNotReadyAddresses(true)));
        world.settle();
        assertThat(endpoints(world).getFirst().conditions().ready()).isTrue();
        assertThat(endpoints(world).getFirst().conditions().serving()).isFalse();
        assertThat(world.the(Endpoints.KIND, NAMESPACE, "web")
                        .subsets()
                        .getFirst()
                        .addresses())
                .hasSize(1);
    }

    @Test
    void aHeadlessServiceGivesHostnamesAndIsMarked() {
        World world = world(1);
        Service service = service("web", IntOrString.of(8080));
        world.api.create(Service.KIND, service.withSpec(service.spec().withClusterIP("None")));
        Pod pod = Pod.named(NAMESPACE, "web-0");
        world.api.create(
                Pod.KIND,
                pod.withMetadata(pod.metadata().withLabels(Map.of("app", "web")))
                        .withSpec(Samples.template("web", "image:1")
                                .spec()
                                .withHostname("web-0")
                                .withSubdomain("web")));
        world.settle();
        assertThat(endpoints(world).getFirst().hostname()).isEqualTo("web-0");
        assertThat(slices(world).getFirst().metadata().labels()).containsKey("service.kubernetes.io/headless");
    }

    @Test
    void aServiceWithoutSelectorIsLeftToItsOwner() {
        World world = world(1);
        Service service = service("web", IntOrString.of(8080));
        world.api.create(Service.KIND, service.withSpec(service.spec().withoutSelector()));
        world.settle();
        assertThat(slices(world)).isEmpty();
        assertThat(world.all(Endpoints.KIND)).isEmpty();
    }

    @Test
    void theEndpointsOfADeletedServiceGoWithItAndTheGarbageCollectorComesForItsSlices() {
        World world = world(1);
        Service service = world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        pod(world, "web", "web-1");
        world.settle();
        world.api.delete(Service.KIND, service.key());
        world.settle();
        assertThat(world.all(Endpoints.KIND)).isEmpty();
        assertThat(slices(world))
                .singleElement()
                .satisfies(slice -> assertThat(
                                slice.metadata().ownerReferences().getFirst().uid())
                        .isEqualTo(service.metadata().uid()));
    }

    @Test
    void slicesOfAnOlderServiceOfTheNameAreNotTakenOver() {
        World world = world(1);
        Service service = world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        pod(world, "web", "web-1");
        world.settle();
        String before = slices(world).getFirst().name();
        world.api.delete(Service.KIND, service.key());
        world.settle();
        Service other = world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        world.settle();
        assertThat(slices(world)).singleElement().satisfies(slice -> {
            assertThat(slice.name()).isNotEqualTo(before);
            assertThat(slice.metadata().ownerReferences().getFirst().uid())
                    .isEqualTo(other.metadata().uid());
        });
    }

    @Test
    void endpointsThatSomebodyWroteGoWithTheServiceToo() {
        World world = world(1);
        Service service = service("web", IntOrString.of(8080));
        service = world.api.create(Service.KIND, service.withSpec(service.spec().withoutSelector()));
        world.api.create(Endpoints.KIND, Endpoints.named(NAMESPACE, "web"));
        world.api.create(Endpoints.KIND, Endpoints.named(NAMESPACE, "alone"));
        world.settle();
        assertThat(world.all(Endpoints.KIND)).hasSize(2);
        world.api.delete(Service.KIND, service.key());
        world.settle();
        assertThat(world.all(Endpoints.KIND)).extracting(Endpoints::name).containsExactly("alone");
    }

    @Test
    void endpointsSayWhoWritesThemAndARefusalIsToldAboutThem() {
        World world = world(1);
        world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        world.settle();
        assertThat(world.the(Endpoints.KIND, NAMESPACE, "web").metadata().labels())
                .containsOnly(
                        Map.entry("endpoints.kubernetes.io/managed-by", "endpoint-controller"),
                        Map.entry("tier", "front"));

        var refused = world.api.beforeNext(
                request ->
                        request.verb() == Verb.UPDATE && request.path().plural().equals("endpoints"),
                request -> {
                    throw ApiException.internalError("injected");
                });
        pod(world, "web", "web-1");
        world.settle();
        refused.close();
        assertThat(world.all(Event.KIND)).anySatisfy(event -> {
            assertThat(event.reason()).isEqualTo("FailedToUpdateEndpoint");
            assertThat(event.message())
                    .startsWith("Failed to update endpoint shop/web: Internal error occurred: injected");
            assertThat(event.involvedObject().kind()).isEqualTo("Endpoints");
        });
        assertThat(world.the(Endpoints.KIND, NAMESPACE, "web").subsets()).hasSize(1);
    }

    @Test
    void aPodWhoseNodeNobodyKnowsIsLeftOutUntilTheNodeIsThere() {
        World world = world(1);
        world.api.delete(Node.KIND, ObjectKey.cluster("node-1"));
        world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        pod(world, "web", "web-1");
        world.settle();
        assertThat(endpoints(world)).isEmpty();
        assertThat(world.told())
                .contains("FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service shop/web:"
                        + " skipping Pod web-1 for Service shop/web: Node node-1 Not Found");
        world.api.create(Node.KIND, Node.named("node-1"));
        world.settle();
        assertThat(endpoints(world)).hasSize(1);
    }

    @Test
    void aRefusalIsToldWithWhatWasTried() {
        World world = world(1);
        world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        world.settle();
        String name = slices(world).getFirst().name();
        var refused = world.api.beforeNext(
                request ->
                        request.verb() == Verb.UPDATE && request.path().plural().equals("endpointslices"),
                request -> {
                    throw ApiException.internalError("injected");
                });
        pod(world, "web", "web-1");
        world.settle();
        refused.close();
        assertThat(world.told())
                .contains("FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service shop/web: failed to"
                        + " update " + name
                        + " EndpointSlice for Service shop/web: Internal error occurred: injected");
    }

    @Test
    void aServiceThatIsBeingDeletedStillFollowsItsPods() {
        World world = world(1);
        Service service = service("web", IntOrString.of(8080));
        world.api.create(
                Service.KIND,
                service.withMetadata(
                        service.metadata().withFinalizers(List.of("service.kubernetes.io/load-balancer-cleanup"))));
        Pod pod = pod(world, "web", "web-1");
        world.settle();
        world.api.delete(Service.KIND, service.key());
        world.settle();
        world.api.put(Pod.KIND, failed(world.the(Pod.KIND, NAMESPACE, pod.name())));
        world.settle();
        assertThat(endpoints(world)).isEmpty();
        assertThat(slices(world)).hasSize(1);
        world.api.delete(EndpointSlice.KIND, slices(world).getFirst().key());
        world.settle();
        assertThat(slices(world))
                .as("nothing new for the garbage collector to meet")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyPodIsNamedOnceAndNoSliceIsOverfullHoweverStaleTheCopyIs(long seed) {
        World world = world(seed);
        world.api.create(Service.KIND, service("web", IntOrString.of(8080)));
        for (int i = 0; i < 260; i++) {
            pod(world, "web", "web-" + i);
            world.trouble(25);
            if (world.runtime.random().nextInt(5) == 0) {
                List<Pod> pods = world.all(Pod.KIND);
                world.api.put(Pod.KIND, failed(pods.get(world.runtime.random().nextInt(pods.size()))));
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(100)));
            List<String> named = endpoints(world).stream()
                    .map(endpoint -> endpoint.targetRef().uid())
                    .toList();
            assertThat(new TreeSet<>(named)).as("seed %d", seed).hasSameSizeAs(named);
            assertThat(slices(world))
                    .as("seed %d", seed)
                    .allMatch(slice -> slice.endpoints().size() <= 100);
        }
        world.calm();
        List<String> expected = world.all(Pod.KIND).stream()
                .filter(pod -> pod.status().phase().equals("Running"))
                .map(pod -> pod.metadata().uid())
                .toList();
        assertThat(endpoints(world))
                .as("seed %d", seed)
                .extracting(endpoint -> endpoint.targetRef().uid())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Pod failed(Pod pod) {
        return pod.withStatus(pod.status().withPhase("Failed"));
    }
}
