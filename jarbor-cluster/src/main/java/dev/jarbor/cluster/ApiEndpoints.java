package dev.jarbor.cluster;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.EndpointPort;
import dev.jarbor.api.core.v1.EndpointSubset;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Api;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says under which address the API server is to be found behind the Service {@code kubernetes}. */
final class ApiEndpoints {
    private static final String NAMESPACE = "default";
    private static final String NAME = "kubernetes";
    private static final String PORT_NAME = "https";

    private final Api api;

    ApiEndpoints(Api api) {
        this.api = api;
    }

    /**
     * Publishes {@code address}, or this machine's own where that is a loopback address: the API refuses those, because to
     * whoever reads them they mean another machine. Where there is no other, nothing is published.
     */
    void publish(String address, int port) {
        String told = isLoopback(address) ? Machine.here().address() : address;
        if (!isLoopback(told)) {
            put(told, port);
        }
    }

    private static boolean isLoopback(String address) {
        return Ports.address(address).isLoopbackAddress();
    }

    private void put(String address, int port) {
        Endpoints endpoints = Endpoints.named(NAMESPACE, NAME)
                .withSubsets(List.of(EndpointSubset.EMPTY
                        .withAddresses(List.of(EndpointAddress.EMPTY.withIp(address)))
                        .withPorts(List.of(EndpointPort.EMPTY
                                .withName(PORT_NAME)
                                .withPort(port)
                                .withProtocol("TCP")))));
        endpoints = endpoints.withMetadata(
                endpoints.metadata().withLabels(Map.of("endpointslice.kubernetes.io/skip-mirror", "true")));
        put(Endpoints.KIND, endpoints);
        EndpointSlice slice = EndpointSlice.named(NAMESPACE, NAME)
                .withAddressType("IPv4")
                .withEndpoints(List.of(Endpoint.EMPTY
                        .withAddresses(List.of(address))
                        .withConditions(EndpointConditions.EMPTY.withReady(true))))
                .withPorts(List.of(dev.jarbor.api.discovery.v1.EndpointPort.EMPTY
                        .withName(PORT_NAME)
                        .withPort(port)
                        .withProtocol("TCP")));
        slice = slice.withMetadata(slice.metadata().withLabels(Map.of("kubernetes.io/service-name", NAME)));
        put(EndpointSlice.KIND, slice);
    }

    private <T extends KubeObject> void put(Kind<T> kind, T object) {
        Optional<T> found = api.find(kind, object.key());
        if (found.isEmpty()) {
            api.create(kind, object);
        } else {
            api.update(kind, object);
        }
    }
}
