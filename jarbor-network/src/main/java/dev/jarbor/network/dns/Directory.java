package dev.jarbor.network.dns;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.network.Ipv4;
import java.util.List;
import java.util.Optional;

/** What the cluster knows of Services, as far as names need it. */
interface Directory {
    Optional<Service> service(ObjectKey key);

    boolean hasNamespace(String name);

    /** The EndpointSlices of the Service {@code key}. */
    List<EndpointSlice> slices(ObjectKey key);

    /** The Services with that cluster address: one, or none. */
    List<Service> servicesAt(Ipv4 address);

    /** The EndpointSlices that name that address. */
    List<EndpointSlice> slicesAt(Ipv4 address);
}
