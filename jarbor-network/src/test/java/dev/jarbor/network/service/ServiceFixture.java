package dev.jarbor.network.service;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A cluster of one simulated node with a proxy. */
final class ServiceFixture {
    final SimulatedRuntime runtime = SimulatedRuntime.shuffled(3);
    final FakeApi api = new FakeApi(runtime);
    final SimulatedRules rules;
    final ServiceProxy proxy;
    private final SharedInformers informers = new SharedInformers(api, runtime);

    ServiceFixture(Ipv4 node) {
        rules = new SimulatedRules(runtime, List.of(node));
        proxy = new ServiceProxy(
                informers, runtime, rules, new ProxySettings("node-1", "zone-a", Cidr.of("10.42.0.0/16")));
    }

    void start() {
        proxy.start();
        informers.start();
        settle();
    }

    /** Long enough for everything that happened to be in force. */
    void settle() {
        runtime.advance(Duration.ofMillis(500));
    }

    /** A Service at 10.43.0.10 port 80, named http, changed by {@code change}. */
    void service(String name, UnaryOperator<ServiceSpec> change) {
        ServiceSpec spec = ServiceSpec.EMPTY
                .withType("ClusterIP")
                .withClusterIP("10.43.0.10")
                .withPorts(List.of(port()));
        api.create(Service.KIND, Service.named("shop", name).withSpec(change.apply(spec)));
    }

    static ServicePort port() {
        return ServicePort.EMPTY.withName("http").withProtocol("TCP").withPort(80);
    }

    void slice(String name, String service, Endpoint... endpoints) {
        EndpointSlice named = EndpointSlice.named("shop", name);
        api.create(
                EndpointSlice.KIND,
                named.withMetadata(named.metadata()
                                .withLabels(new TreeMap<>(Map.of("kubernetes.io/service-name", service))))
                        .withAddressType("IPv4")
                        .withPorts(List.of(EndpointPort.EMPTY
                                .withName("http")
                                .withProtocol("TCP")
                                .withPort(8080)))
                        .withEndpoints(List.of(endpoints)));
    }

    static Endpoint endpoint(String address) {
        return Endpoint.EMPTY.withAddresses(List.of(address)).withConditions(EndpointConditions.EMPTY.withReady(true));
    }
}
