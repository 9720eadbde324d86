package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.EndpointPort;
import dev.jarbor.api.core.v1.EndpointSubset;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The subsets of an Endpoints object: pods with the same ports together, those that may serve apart from the others.
 *
 * @param list the subsets
 * @param truncated whether addresses were left out because there are more than {@link #CAPACITY}
 */
record Subsets(List<EndpointSubset> list, boolean truncated) {
    /** The most addresses one object holds; slices have no such bound. */
    static final int CAPACITY = 1000;

    static Subsets of(Service service, List<Pod> pods) {
        List<Pod> usable = pods.stream()
                .filter(ServicePods::hasEndpoint)
                .filter(pod -> service.spec().publishNotReadyAddresses() || !Ownership.isDeleting(pod))
                .filter(pod -> ServicePods.address(pod, family(service)).isPresent())
                .filter(pod -> service.spec().ports().isEmpty()
                        || !ServicePods.ports(service, pod).isEmpty())
                .sorted(Comparator.comparing((Pod pod) -> !mayServe(service, pod))
                        .thenComparing(pod -> pod.status().podIP())
                        .thenComparing(pod -> pod.metadata().uid()))
                .toList();
        var byPorts = new LinkedHashMap<List<ServicePods.Port>, List<Pod>>();
        usable.forEach(pod -> byPorts.computeIfAbsent(ServicePods.ports(service, pod), ports -> new ArrayList<>())
                .add(pod));
        List<EndpointSubset> subsets =
                byPorts.entrySet().stream().map(entry -> subset(service, entry)).toList();
        return usable.size() > CAPACITY ? new Subsets(truncated(subsets), true) : new Subsets(subsets, false);
    }

    /** Ready addresses before others, and each subset by its share of them, rounded up as long as there is room. */
    private static List<EndpointSubset> truncated(List<EndpointSubset> subsets) {
        int ready = subsets.stream().mapToInt(one -> one.addresses().size()).sum();
        int others =
                subsets.stream().mapToInt(one -> one.notReadyAddresses().size()).sum();
        boolean overflowing = ready > CAPACITY;
        int room = overflowing ? CAPACITY : CAPACITY - ready;
        double all = overflowing ? ready : others;
        int left = room;
        var truncated = new ArrayList<EndpointSubset>();
        for (EndpointSubset subset : subsets) {
            List<EndpointAddress> some = overflowing ? subset.addresses() : subset.notReadyAddresses();
            int share = (int) Math.ceil(some.size() / all * room);
            List<EndpointAddress> kept = some.subList(0, Math.min(some.size(), Math.min(share, left)));
            left -= kept.size();
            truncated.add(
                    overflowing
                            ? subset.withAddresses(kept).withoutNotReadyAddresses()
                            : subset.withNotReadyAddresses(kept));
        }
        return truncated;
    }

    /** Endpoints are as old as single-stack clusters, and name the addresses of the first family only. */
    private static String family(Service service) {
        return ServicePods.families(service).getFirst();
    }

    private static boolean mayServe(Service service, Pod pod) {
        return service.spec().publishNotReadyAddresses() || PodState.isReady(pod);
    }

    private static EndpointSubset subset(Service service, Map.Entry<List<ServicePods.Port>, List<Pod>> group) {
        var ready = new ArrayList<EndpointAddress>();
        var notReady = new ArrayList<EndpointAddress>();
        for (Pod pod : group.getValue()) {
            (mayServe(service, pod) ? ready : notReady).add(address(service, pod));
        }
        return EndpointSubset.EMPTY
                .withAddresses(ready)
                .withNotReadyAddresses(notReady)
                .withPorts(group.getKey().stream().map(Subsets::port).toList());
    }

    private static EndpointAddress address(Service service, Pod pod) {
        EndpointAddress address = EndpointAddress.EMPTY
                .withIp(ServicePods.address(pod, family(service)).orElseThrow())
                .withTargetRef(SlicePlan.reference(pod));
        String hostname = ServicePods.hostname(service, pod);
        address = hostname.isEmpty() ? address : address.withHostname(hostname);
        String node = pod.spec().nodeName();
        return node.isEmpty() ? address : address.withNodeName(node);
    }

    private static EndpointPort port(ServicePods.Port port) {
        EndpointPort written = EndpointPort.EMPTY.withPort(port.number()).withProtocol(port.protocol());
        written = port.name().isEmpty() ? written : written.withName(port.name());
        return port.appProtocol().isEmpty() ? written : written.withAppProtocol(port.appProtocol());
    }
}
