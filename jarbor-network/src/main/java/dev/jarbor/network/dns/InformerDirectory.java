package dev.jarbor.network.dns;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.network.Ipv4;
import java.util.List;
import java.util.Optional;

/** The cluster as informers see it, by index: an answer costs the same in a cluster of any size. */
final class InformerDirectory implements Directory {
    private static final String BY_SERVICE = "service";
    private static final String BY_ADDRESS = "address";

    private final Informer<Service> services;
    private final Informer<Namespace> namespaces;
    private final Informer<EndpointSlice> slices;

    InformerDirectory(Informers informers) {
        this.services = informers
                .of(Service.KIND)
                .index(BY_ADDRESS, service -> List.of(service.spec().clusterIP()));
        this.namespaces = informers.of(Namespace.KIND);
        this.slices = informers
                .of(EndpointSlice.KIND)
                .index(BY_SERVICE, InformerDirectory::serviceOf)
                .index(BY_ADDRESS, InformerDirectory::addressesOf);
    }

    boolean synced() {
        return services.synced() && namespaces.synced() && slices.synced();
    }

    private static List<String> serviceOf(EndpointSlice slice) {
        String service = slice.metadata().labels().getOrDefault(ClusterZone.SERVICE_LABEL, "");
        return service.isEmpty() ? List.of() : List.of(slice.namespace() + "/" + service);
    }

    private static List<String> addressesOf(EndpointSlice slice) {
        return slice.endpoints().stream()
                .map(Endpoint::addresses)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    @Override
    public Optional<Service> service(ObjectKey key) {
        return services.get(key);
    }

    @Override
    public boolean hasNamespace(String name) {
        return namespaces.get(ObjectKey.cluster(name)).isPresent();
    }

    @Override
    public List<EndpointSlice> slices(ObjectKey key) {
        return slices.by(BY_SERVICE, key.toString());
    }

    @Override
    public List<Service> servicesAt(Ipv4 address) {
        return services.by(BY_ADDRESS, address.toString());
    }

    @Override
    public List<EndpointSlice> slicesAt(Ipv4 address) {
        return slices.by(BY_ADDRESS, address.toString());
    }
}
