package dev.jarbor.controllers.servicecidr;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ParentReference;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is wrong between a Service and the IPAddresses that keep its addresses from others, and what follows from it. Pure; the words
 * are the reference's.
 */
sealed interface AddressRepair {
    String FAMILY = "ipaddress.kubernetes.io/ip-family";
    String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    String ALLOCATOR = "ipallocator.k8s.io";

    /** Nothing is wrong. */
    record Fine() implements AddressRepair {}

    /** Nobody here can do anything about it. */
    record Tell(String reason, String message) implements AddressRepair {}

    /** The address is to be kept for the Service, instead of what there is in its name. */
    record Keep(Optional<Tell> told) implements AddressRepair {}

    /** The IPAddress keeps the address for nobody, and goes. */
    record Free(Tell told) implements AddressRepair {}

    /** It does so too, but its Service may just be coming. */
    record Wait(Tell told) implements AddressRepair {}

    AddressRepair FINE = new Fine();

    /** The addresses that {@code service} says it has. */
    static List<String> addresses(Service service) {
        boolean none = service.spec().clusterIP().isEmpty()
                || service.spec().clusterIP().equals("None")
                || service.spec().type().equals("ExternalName");
        return none ? List.of() : service.spec().clusterIPs();
    }

    /**
     * What is to be done about one address of a Service.
     *
     * @param kept the IPAddress of that name
     * @param parent the Service that it names
     */
    static AddressRepair of(
            Service service,
            String address,
            Collection<ServiceCIDR> ranges,
            Optional<IPAddress> kept,
            Optional<Service> parent) {
        String named = "[" + family(address) + "]: " + address;
        if (ranges.stream().noneMatch(range -> Orphans.contains(range, IPAddress.named(address)))) {
            return new Tell(
                    "ClusterIPOutOfRange",
                    "Cluster IP " + named + " is not within any configured Service CIDR; please recreate service");
        }
        if (kept.isEmpty()) {
            return new Keep(Optional.of(
                    new Tell("ClusterIPNotAllocated", "Cluster IP " + named + " is not allocated; repairing")));
        }
        ParentReference reference = kept.get().spec().parentRef();
        boolean own = reference.namespace().equals(service.namespace())
                && reference.name().equals(service.name());
        if (!isOfService(kept.get()) || (!own && parent.isEmpty())) {
            return new Keep(Optional.of(new Tell(
                    "ClusterIPNotAllocated",
                    "the ClusterIP " + named + " for Service " + service.key() + " has a wrong reference; repairing")));
        }
        if (!own) {
            return parent.get().spec().clusterIPs().contains(address)
                    ? new Tell(
                            "ClusterIPAlreadyAllocated",
                            "Cluster IP [" + family(address) + "]:" + address
                                    + " was assigned to multiple services; please recreate service")
                    : new Keep(Optional.empty());
        }
        return isLabelled(kept.get()) ? FINE : new Keep(Optional.empty());
    }

    /**
     * What is to be done about an IPAddress.
     *
     * @param parent the Service that it names
     */
    static AddressRepair of(IPAddress kept, Optional<Service> parent) {
        if (!ALLOCATOR.equals(kept.metadata().labels().get(MANAGED_BY))) {
            return FINE;
        }
        ParentReference reference = kept.spec().parentRef();
        String service = reference.namespace() + "/" + reference.name();
        if (!isOfService(kept)) {
            return new Free(new Tell(
                    "IPAddressNotAllocated",
                    "IPAddress " + kept.name() + " appears to have been modified, not referencing a Service "
                            + "&ParentReference{Group:" + reference.group() + ",Resource:" + reference.resource()
                            + ",Namespace:" + reference.namespace() + ",Name:" + reference.name()
                            + ",}: cleaning up"));
        }
        if (parent.isEmpty()) {
            return new Wait(new Tell(
                    "IPAddressNotAllocated",
                    "IPAddress: " + kept.name() + " for Service " + service + " appears to have leaked: cleaning up"));
        }
        return parent.get().spec().clusterIPs().contains(kept.name())
                ? FINE
                : new Free(new Tell(
                        "IPAddressWrongReference",
                        "IPAddress: " + kept.name() + " for Service " + service
                                + " has a wrong reference; cleaning up"));
    }

    private static boolean isOfService(IPAddress address) {
        ParentReference reference = address.spec().parentRef();
        return reference.group().isEmpty() && reference.resource().equals("services");
    }

    private static boolean isLabelled(IPAddress address) {
        Map<String, String> labels = address.metadata().labels();
        return family(address.name()).equals(labels.get(FAMILY)) && ALLOCATOR.equals(labels.get(MANAGED_BY));
    }

    private static String family(String address) {
        return address.indexOf(':') < 0 ? "IPv4" : "IPv6";
    }

    /** The IPAddress that keeps {@code address} for {@code service}. */
    static IPAddress keeping(String address, Service service) {
        IPAddress kept = IPAddress.named(address);
        return kept.withMetadata(kept.metadata().withLabels(Map.of(FAMILY, family(address), MANAGED_BY, ALLOCATOR)))
                .withSpec(kept.spec()
                        .withParentRef(ParentReference.EMPTY
                                .withResource("services")
                                .withNamespace(service.namespace())
                                .withName(service.name())));
    }
}
