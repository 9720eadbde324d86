package dev.jarbor.controllers.loadbalancer;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.LoadBalancerIngress;
import dev.jarbor.api.core.v1.LoadBalancerStatus;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeAddress;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.core.v1.ServiceStatus;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadBalancerControllerTest {
    private static final AddressPool NODES = new AddressPool.OfNodes(Set.of(6443));
    private static final AddressPool TWO = new AddressPool.Apart(List.of("192.0.2.1", "192.0.2.2"));

    private static World world(long seed, AddressPool pool) {
        World world = new World(seed);
        return world.start(loop(world, pool));
    }

    private static LoadBalancerController loop(World world, AddressPool pool) {
        return new LoadBalancerController(world.api, world.informers, world.runtime, world.events, pool);
    }

    private static void node(World world, String name, String address, String ready) {
        world.api.put(
                Node.KIND,
                Node.named(name)
                        .withStatus(NodeStatus.EMPTY
                                .withAddresses(List.of(
                                        NodeAddress.EMPTY.withType("InternalIP").withAddress(address)))
                                .withConditions(List.of(
                                        NodeCondition.EMPTY.withType("Ready").withStatus(ready)))));
    }

    private static Service service(String name, int port) {
        return Service.named(NAMESPACE, name)
                .withSpec(ServiceSpec.EMPTY
                        .withType("LoadBalancer")
                        .withPorts(List.of(ServicePort.EMPTY.withPort(port).withProtocol("TCP"))));
    }

    private static List<String> addresses(World world, String name) {
        return Assignment.present(world.the(Service.KIND, NAMESPACE, name));
    }

    @Test
    void aServiceAnswersAtTheAddressesOfReadyNodesUnlessAnotherHasItsPort() {
        World world = world(1, NODES);
        node(world, "one", "198.51.100.1", "True");
        node(world, "two", "198.51.100.2", "True");
        node(world, "ill", "198.51.100.3", "False");
        world.api.create(Service.KIND, service("web", 80));
        world.settle();
        Service web = world.the(Service.KIND, NAMESPACE, "web");
        assertThat(addresses(world, "web")).containsExactly("198.51.100.1", "198.51.100.2");
        assertThat(web.status().loadBalancer().ingress())
                .allMatch(one -> one.ipMode().equals("VIP"));
        assertThat(web.metadata().finalizers()).containsExactly("service.kubernetes.io/load-balancer-cleanup");
        assertThat(world.told())
                .contains("EnsuringLoadBalancer: Ensuring load balancer", "EnsuredLoadBalancer: Ensured load balancer");

        world.api.create(Service.KIND, service("second", 80));
        world.api.create(Service.KIND, service("api", 6443));
        world.settle();
        assertThat(addresses(world, "second")).isEmpty();
        assertThat(world.told())
                .contains(
                        "SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: port"
                                + " 80/TCP of the nodes is taken by service shop/web",
                        "SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: port"
                                + " 6443/TCP of the nodes is needed by the cluster itself");
        world.api.delete(Service.KIND, web.key());
        node(world, "two", "198.51.100.2", "False");
        world.settle();
        assertThat(addresses(world, "second")).containsExactly("198.51.100.1");
    }

    @Test
    void whatSomebodyElseSaysOfAServiceThatAsksForNoneStays() {
        World world = world(3, NODES);
        node(world, "one", "198.51.100.1", "True");
        Service plain = service("plain", 80);
        world.api.put(
                Service.KIND,
                plain.withSpec(plain.spec().withType("ClusterIP"))
                        .withStatus(ServiceStatus.EMPTY.withLoadBalancer(LoadBalancerStatus.EMPTY.withIngress(
                                List.of(LoadBalancerIngress.EMPTY.withIp("192.0.2.9"))))));
        world.settle();
        assertThat(addresses(world, "plain")).containsExactly("192.0.2.9");
        assertThat(world.told()).isEmpty();
    }

    @Test
    void eachServiceHasAnAddressOfItsOwnFromAPool() {
        World world = world(2, TWO);
        Service wish = service("b", 80);
        world.api.create(Service.KIND, service("a", 80));
        world.settle();
        world.api.create(Service.KIND, wish.withSpec(wish.spec().withLoadBalancerIP("192.0.2.2")));
        Service foreign = service("foreign", 80);
        world.api.create(Service.KIND, foreign.withSpec(foreign.spec().withLoadBalancerClass("example.com/other")));
        world.api.create(Service.KIND, service("c", 80));
        world.settle();
        assertThat(addresses(world, "a")).containsExactly("192.0.2.1");
        assertThat(addresses(world, "b")).containsExactly("192.0.2.2");
        assertThat(addresses(world, "c")).isEmpty();
        assertThat(addresses(world, "foreign")).isEmpty();
        assertThat(world.told())
                .contains("SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: no"
                        + " address of the pool is free");
        world.change(
                Service.KIND,
                service("a", 80),
                before -> before.withSpec(before.spec().withType("ClusterIP")));
        world.settle();
        assertThat(addresses(world, "c")).containsExactly("192.0.2.1");
        Service plain = world.the(Service.KIND, NAMESPACE, "a");
        assertThat(plain.metadata().finalizers()).isEmpty();
        assertThat(plain.status().loadBalancer().hasIngress()).isFalse();
        assertThat(world.told())
                .contains("DeletingLoadBalancer: Deleting load balancer", "DeletedLoadBalancer: Deleted load balancer");
    }

    @Test
    void peopleHearOfChangesThatALoadBalancerFollows() {
        World world = world(1, TWO);
        node(world, "one", "10.1.0.1", "True");
        Service service = service("web", 80);
        service = world.api.create(Service.KIND, service.withSpec(service.spec().withType("ClusterIP")));
        world.settle();
        assertThat(world.told()).isEmpty();
        change(world, service, spec -> spec.withType("LoadBalancer"));
        assertThat(world.told())
                .contains("Type: ClusterIP -> LoadBalancer", "EnsuredLoadBalancer: Ensured load balancer");
        change(world, service, spec -> spec.withLoadBalancerSourceRanges(List.of("10.0.0.0/8", "192.0.2.0/24")));
        change(world, service, spec -> spec.withExternalIPs(List.of("198.51.100.1")));
        change(world, service, spec -> spec.withExternalIPs(List.of("198.51.100.2")));
        change(world, service, spec -> spec.withExternalTrafficPolicy("Local"));
        change(world, service, spec -> spec.withLoadBalancerIP("192.0.2.2"));
        assertThat(world.told())
                .contains(
                        "LoadBalancerSourceRanges: [] -> [10.0.0.0/8 192.0.2.0/24]",
                        "ExternalIP: Count: 0 -> 1",
                        "ExternalIP: Added: 198.51.100.2",
                        "ExternalTrafficPolicy:  -> Local",
                        "LoadbalancerIP:  -> 192.0.2.2");
        assertThat(addresses(world, "web")).containsExactly("192.0.2.2");
    }

    private static void change(World world, Service service, UnaryOperator<ServiceSpec> change) {
        world.change(Service.KIND, service, before -> before.withSpec(change.apply(before.spec())));
        world.settle();
    }

    @Test
    void aLoadBalancerIsToldOfItsNodesAndWarnedWhereThereAreNone() {
        World world = world(1, NODES);
        world.api.create(Service.KIND, service("web", 80));
        world.settle();
        assertThat(world.told()).contains("UnAvailableLoadBalancer: There are no available nodes for LoadBalancer");
        node(world, "one", "10.1.0.1", "True");
        world.settle();
        assertThat(world.told()).noneMatch(told -> told.startsWith("UpdatedLoadBalancer"));
        node(world, "two", "10.1.0.2", "True");
        world.settle();
        assertThat(addresses(world, "web")).containsExactly("10.1.0.1", "10.1.0.2");
        assertThat(world.told()).contains("UpdatedLoadBalancer: Updated load balancer with new hosts");
        Node leaving = world.the(Node.KIND, "", "two");
        world.api.update(
                Node.KIND,
                leaving.withSpec(leaving.spec()
                        .withTaints(List.of(Taint.EMPTY
                                .withKey("ToBeDeletedByClusterAutoscaler")
                                .withEffect("NoSchedule")))));
        world.settle();
        assertThat(addresses(world, "web")).containsExactly("10.1.0.1");
    }

    @Test
    void howOftenLoadBalancersAreSeenToIsCounted() {
        World world = new World(1);
        var registry = new MetricRegistry();
        world.start(
                new LoadBalancerController(world.api, world.informers, world.runtime, world.events, NODES, registry));
        node(world, "one", "10.1.0.1", "True");
        world.api.create(Service.KIND, service("web", 80));
        world.settle();
        assertThat(registry.text())
                .contains("service_controller_loadbalancer_sync_total 1\n")
                .contains("service_controller_nodesync_latency_seconds_count 1\n")
                .contains("service_controller_update_loadbalancer_host_latency_seconds_count 0\n");
        node(world, "two", "10.1.0.2", "True");
        world.settle();
        assertThat(registry.text())
                .contains("service_controller_loadbalancer_sync_total 2\n")
                .contains("service_controller_update_loadbalancer_host_latency_seconds_count 1\n");
    }

    @Test
    void aSecondRunWritesNothing() {
        World world = world(3, TWO);
        world.api.create(Service.KIND, service("a", 80));
        world.settle();
        String version = world.api.resourceVersion();
        loop(world, TWO).start();
        world.settle();
        assertThat(world.api.resourceVersion()).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noAddressIsGivenTwiceHoweverOftenTheLoopIsStopped(long seed) {
        World world = new World(seed);
        AddressPool pool = new AddressPool.Apart(List.of("192.0.2.1", "192.0.2.2", "192.0.2.3"));
        LoadBalancerController loop = loop(world, pool);
        world.start(loop);
        for (int i = 0; i < 100; i++) {
            Service service = service("s" + i % 6, 80);
            if (world.runtime.random().nextBoolean()) {
                world.api.put(Service.KIND, service);
            } else {
                world.api
                        .find(Service.KIND, service.key())
                        .ifPresent(found -> world.api.put(
                                Service.KIND, found.withSpec(found.spec().withType("ClusterIP"))));
            }
            world.trouble(6);
            if (i % 9 == 0) {
                loop.close();
                loop = loop(world, pool);
                loop.start();
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(600)));
        }
        world.calm();
        var seen = new TreeSet<String>();
        for (Service service : world.all(Service.KIND)) {
            for (String address : Assignment.present(service)) {
                assertThat(seen.add(address)).as("seed %d: %s", seed, address).isTrue();
                assertThat(service.spec().type()).as("seed %d", seed).isEqualTo("LoadBalancer");
            }
        }
        long wanting =
                world.all(Service.KIND).stream().filter(Assignment::isWanted).count();
        assertThat(seen).as("seed %d", seed).hasSize((int) Math.min(3, wanting));
    }
}
