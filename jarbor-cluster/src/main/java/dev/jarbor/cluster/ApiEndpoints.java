package dev.jarbor.cluster;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.EndpointPort;
import dev.jarbor.api.core.v1.EndpointSubset;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says under which addresses the API servers are to be found behind the Service {@code kubernetes}. */
final class ApiEndpoints {
    private static final String NAMESPACE = "default";
    private static final String NAME = "kubernetes";
    private static final String PORT_NAME = "https";
    private static final String SERVICE = "kubernetes.io/service-name";

    private final Api api;

    ApiEndpoints(Api api) {
        this.api = api;
    }

    /** Where a server answers. */
    record Address(String host, int port) implements Comparable<Address> {
        private static final Comparator<Address> ORDER =
                Comparator.comparingInt(Address::port).thenComparing(Address::host);

        @Override
        public int compareTo(Address other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * The address to publish for a server: {@code host}, or this machine's own where that is a loopback address: the API
     * refuses those, because to whoever reads them they mean another machine. Empty where there is no other.
     */
    static Optional<Address> told(String host, int port) {
        String told = isLoopback(host) ? Machine.here().address() : host;
        return isLoopback(told) ? Optional.empty() : Optional.of(new Address(told, port));
    }

    private static boolean isLoopback(String address) {
        return Ports.address(address).isLoopbackAddress();
    }

    /** Publishes {@code servers} and no others. Where there are none, what is published stays. */
    void publish(SortedSet<Address> servers) {
        if (servers.isEmpty()) {
            return;
        }
        SortedMap<Integer, List<String>> hosts = servers.stream()
                .collect(Collectors.groupingBy(
                        Address::port, TreeMap::new, Collectors.mapping(Address::host, Collectors.toList())));
        put(Endpoints.KIND, endpoints(hosts));
        var slices = new TreeSet<String>();
        hosts.forEach((port, addresses) -> {
            String name = slices.isEmpty() ? NAME : NAME + "-" + port;
            slices.add(name);
            put(EndpointSlice.KIND, slice(name, port, addresses));
        });
        Query ours = Query.NONE.with("labelSelector", SERVICE + "=" + NAME);
        api.list(EndpointSlice.KIND, NAMESPACE, ours).items().stream()
                .filter(slice -> !slices.contains(slice.name()))
                .forEach(slice -> delete(slice.key()));
    }

    private void delete(ObjectKey slice) {
        try {
            api.delete(EndpointSlice.KIND, slice);
        } catch (ApiException refused) {
            if (!refused.isNotFound()) {
                throw refused;
            }
        }
    }

    private static Endpoints endpoints(SortedMap<Integer, List<String>> hosts) {
        List<EndpointSubset> subsets = hosts.entrySet().stream()
                .map(entry -> EndpointSubset.EMPTY
                        .withAddresses(entry.getValue().stream()
                                .map(EndpointAddress.EMPTY::withIp)
                                .toList())
                        .withPorts(List.of(EndpointPort.EMPTY
                                .withName(PORT_NAME)
                                .withPort(entry.getKey())
                                .withProtocol("TCP"))))
                .toList();
        Endpoints endpoints = Endpoints.named(NAMESPACE, NAME).withSubsets(subsets);
        return endpoints.withMetadata(
                endpoints.metadata().withLabels(Map.of("endpointslice.kubernetes.io/skip-mirror", "true")));
    }

    private static EndpointSlice slice(String name, int port, List<String> hosts) {
        EndpointSlice slice = EndpointSlice.named(NAMESPACE, name)
                .withAddressType("IPv4")
                .withEndpoints(hosts.stream()
                        .map(host -> Endpoint.EMPTY
                                .withAddresses(List.of(host))
                                .withConditions(EndpointConditions.EMPTY.withReady(true)))
                        .toList())
                .withPorts(List.of(dev.jarbor.api.discovery.v1.EndpointPort.EMPTY
                        .withName(PORT_NAME)
                        .withPort(port)
                        .withProtocol("TCP")));
        return slice.withMetadata(slice.metadata().withLabels(Map.of(SERVICE, NAME)));
    }

    /** Another server on the same store may write it at the same time: the last one stands. */
    private <T extends KubeObject> void put(Kind<T> kind, T object) {
        if (api.find(kind, object.key()).isEmpty()) {
            try {
                api.create(kind, object);
                return;
            } catch (ApiException refused) {
                if (!refused.isAlreadyExists()) {
                    throw refused;
                }
            }
        }
        api.update(kind, object);
    }
}
