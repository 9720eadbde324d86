package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.labeled;
import static dev.jarbor.scheduler.Samples.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerImage;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.client.Query;
import dev.jarbor.scheduler.cluster.NodeOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the scheduler puts pods that fit everywhere, as people see it. */
class PlacementTest {
    private static void service(SchedulerWorld world, String name, Map<String, String> selector) {
        world.api.put(Service.KIND, Service.named("default", name).withSpec(ServiceSpec.EMPTY.withSelector(selector)));
    }

    private static Map<String, Integer> podsByNode(SchedulerWorld world) {
        world.settle();
        var counts = new TreeMap<String, Integer>();
        world.api
                .list(Pod.KIND, "", Query.NONE)
                .items()
                .forEach(pod -> counts.merge(pod.spec().nodeName(), 1, Integer::sum));
        return counts;
    }

    private static String nodeOf(SchedulerWorld world, Pod pod) {
        world.settle();
        return world.nodeOf(pod.name());
    }

    private static Pod pod(String name, Map<String, String> labels) {
        Pod pod = Pod.named("default", name);
        return pod.withMetadata(pod.metadata().withLabels(labels))
                .withSpec(PodSpec.EMPTY
                        .withSchedulerName(Scheduler.NAME)
                        .withContainers(List.of(Container.EMPTY.withName("main").withImage("web:1"))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void podsOfAServiceAreSpreadEvenlyOverZonesAndNodes(long seed) {
        var world = new SchedulerWorld(seed);
        for (String name : List.of("a1", "a2", "a3", "b1", "b2", "b3")) {
            world.api.put(Node.KIND, labeled(node(name, "8", "16Gi"), NodeOrder.ZONE, name.substring(0, 1)));
        }
        service(world, "web", Map.of("app", "web"));
        for (int n = 0; n < 12; n++) {
            world.api.create(Pod.KIND, pod("web-" + n, Map.of("app", "web")));
        }
        assertThat(podsByNode(world)).isEqualTo(Map.of("a1", 2, "a2", 2, "a3", 2, "b1", 2, "b2", 2, "b3", 2));
    }

    @Test
    void onlyPodsThatServicesAndControllerSelectTogetherCrowdANode() {
        var world = new SchedulerWorld(1);
        world.api.put(Node.KIND, node("n1", "8", "16Gi"));
        world.api.put(Node.KIND, node("n2", "8", "16Gi"));
        service(world, "front", Map.of("tier", "front"));
        world.api.put(ReplicaSet.KIND, new ReplicaSet(Json.object("""
                {"metadata":{"name":"web","namespace":"default"},
                 "spec":{"selector":{"matchLabels":{"app":"web"}}}}
                """)));
        for (String name : List.of("other-1", "other-2")) {
            Pod other = pod(name, Map.of("tier", "front", "app", "other"));
            world.api.put(Pod.KIND, other.withSpec(other.spec().withNodeName("n1")));
        }
        Pod alike = pod("web-1", Map.of("tier", "front", "app", "web"));
        world.api.put(Pod.KIND, alike.withSpec(alike.spec().withNodeName("n2")));
        Pod web = pod("web-2", Map.of("tier", "front", "app", "web"));
        OwnerReference owner = OwnerReference.EMPTY
                .withApiVersion("apps/v1")
                .withKind("ReplicaSet")
                .withName("web")
                .withController(true);
        world.api.create(Pod.KIND, web.withMetadata(web.metadata().withOwnerReferences(List.of(owner))));
        assertThat(nodeOf(world, web)).isEqualTo("n1");
    }

    @Test
    void aPodGoesWhereItsImageIs() {
        var world = new SchedulerWorld(1);
        Node node = node("n2", "8", "16Gi");
        ContainerImage image = ContainerImage.EMPTY.withNames(List.of("web:1")).withSizeBytes(900L * 1024 * 1024);
        world.api.put(Node.KIND, node("n1", "8", "16Gi"));
        world.api.put(Node.KIND, node.withStatus(node.status().withImages(List.of(image))));
        world.api.put(Node.KIND, node("n3", "8", "16Gi"));
        for (int n = 0; n < 5; n++) {
            Pod pod = pod("web-" + n, Map.of());
            world.api.create(Pod.KIND, pod);
            assertThat(nodeOf(world, pod)).isEqualTo("n2");
        }
    }

    @Test
    void whatAResizedPodHoldsCountsUntilItsNodeHasLetGoOfIt() {
        var world = new SchedulerWorld(1, "n1");
        Pod large = Samples.pod("large", "3");
        world.api.create(Pod.KIND, large);
        assertThat(nodeOf(world, large)).isEqualTo("n1");
        resize(world, "large", "1", "3");
        Pod next = Samples.pod("next", "2");
        world.api.create(Pod.KIND, next);
        assertThat(nodeOf(world, next)).isEmpty();
        resize(world, "large", "1", "1");
        assertThat(nodeOf(world, next)).isEqualTo("n1");
    }

    private static void resize(SchedulerWorld world, String name, String wanted, String held) {
        Pod pod = world.api.get(Pod.KIND, Samples.pod(name, wanted).key());
        ResourceRequirements holds = ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse(held)));
        ContainerStatus status = ContainerStatus.EMPTY.withName("main").withResources(holds);
        world.api.put(
                Pod.KIND,
                pod.withSpec(pod.spec()
                                .withContainers(Samples.pod(name, wanted).spec().containers()))
                        .withStatus(pod.status().withContainerStatuses(List.of(status))));
    }
}
