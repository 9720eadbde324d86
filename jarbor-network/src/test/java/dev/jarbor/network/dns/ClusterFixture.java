package dev.jarbor.network.dns;

import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small cluster to ask names of. */
final class ClusterFixture {
    final SimulatedRuntime runtime = new SimulatedRuntime(1);
    final FakeApi api = new FakeApi(runtime);
    final SharedInformers informers = new SharedInformers(api, runtime);

    ClusterFixture() {
        api.create(Namespace.KIND, Namespace.named("shop"));
        api.create(Namespace.KIND, Namespace.named("kube-system"));
        service(
                "web",
                ServiceSpec.EMPTY
                        .withClusterIP("10.43.0.20")
                        .withPorts(List.of(port("http", 80, "TCP"), port("", 81, "TCP"))));
        slice("web-1", "web", List.of(port("http", 8080)), ready("10.42.0.5"));
        service("db", ServiceSpec.EMPTY.withClusterIP("None").withPorts(List.of(port("sql", 5432, "TCP"))));
        slice(
                "db-1",
                "db",
                List.of(port("sql", 5432)),
                ready("10.42.0.8").withHostname("db-0"),
                ready("10.42.0.9"),
                notReady("10.42.0.10"));
        service("empty", ServiceSpec.EMPTY.withClusterIP("None"));
        service("mail", ServiceSpec.EMPTY.withType("ExternalName").withExternalName("mx.example.com"));
        service("alias", ServiceSpec.EMPTY.withType("ExternalName").withExternalName("web.shop.svc.cluster.local"));
        service("loop", ServiceSpec.EMPTY.withType("ExternalName").withExternalName("loop.shop.svc.cluster.local"));
    }

    void service(String name, ServiceSpec spec) {
        api.create(Service.KIND, Service.named("shop", name).withSpec(spec));
    }

    void slice(String name, String service, List<EndpointPort> ports, Endpoint... endpoints) {
        EndpointSlice named = EndpointSlice.named("shop", name);
        api.create(
                EndpointSlice.KIND,
                named.withMetadata(named.metadata()
                                .withLabels(new TreeMap<>(Map.of("kubernetes.io/service-name", service))))
                        .withAddressType("IPv4")
                        .withPorts(ports)
                        .withEndpoints(List.of(endpoints)));
    }

    static Endpoint ready(String... addresses) {
        return Endpoint.EMPTY
                .withAddresses(Stream.of(addresses).toList())
                .withConditions(EndpointConditions.EMPTY.withReady(true));
    }

    static Endpoint notReady(String address) {
        return Endpoint.EMPTY.withAddresses(List.of(address)).withConditions(EndpointConditions.EMPTY.withReady(false));
    }

    static EndpointPort port(String name, int port) {
        return EndpointPort.EMPTY.withName(name).withPort(port).withProtocol("TCP");
    }

    static ServicePort port(String name, int port, String protocol) {
        return ServicePort.EMPTY.withName(name).withPort(port).withProtocol(protocol);
    }
}
