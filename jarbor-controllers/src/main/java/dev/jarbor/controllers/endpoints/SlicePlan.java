package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointHints;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.discovery.v1.ForNode;
import dev.jarbor.api.discovery.v1.ForZone;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The decision of one pass over a Service: which slices to create, update and delete so that together they name each of its
 * pods once. Endpoints stay in the slice they are in; new ones fill slices that are written anyway, then one that has room for
 * all of them, then new slices: what changes little is sent to few watchers. Each family of addresses is decided by itself.
 *
 * @param changes what becomes of the endpoints of each family
 * @param missing why pods are left out whose nodes nobody knows
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
record SlicePlan(
        List<EndpointSlice> create,
        List<EndpointSlice> update,
        List<EndpointSlice> delete,
        List<Change> changes,
        List<String> missing) {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    static final int CAPACITY = 100;

    /** How traffic may be distributed (KEP-4444, KEP-3015). */
    static final Set<String> DISTRIBUTIONS = Set.of("PreferClose", "PreferSameZone", "PreferSameNode");

    private static final String ZONE = "topology.kubernetes.io/zone";

    /** How many endpoints of a family come and go. */
    record Change(String family, int added, int removed) {}

    /** Slices with the same addresses and ports, and the endpoints that belong into them by pod. */
    record Group(String family, List<ServicePods.Port> ports, Map<String, Endpoint> endpoints) {
        static String key(List<ServicePods.Port> ports) {
            return ports.stream()
                    .sorted(Comparator.comparing(ServicePods.Port::name)
                            .thenComparingInt(ServicePods.Port::number)
                            .thenComparing(ServicePods.Port::protocol))
                    .toList()
                    .toString();
        }

        static String key(EndpointSlice slice) {
            return key(slice.ports().stream()
                    .map(port -> new ServicePods.Port(port.name(), port.port(), port.protocol(), port.appProtocol()))
                    .toList());
        }
    }

    /**
     * @param nodes finds a node by its name, for its zone
     * @param trigger when that happened which led to this pass; empty where it is not known
     */
    static SlicePlan decide(
            Service service,
            List<Pod> pods,
            List<EndpointSlice> existing,
            Function<String, Optional<Node>> nodes,
            Optional<Instant> trigger) {
        var create = new ArrayList<EndpointSlice>();
        var update = new ArrayList<EndpointSlice>();
        var delete = new ArrayList<EndpointSlice>();
        var changes = new ArrayList<Change>();
        List<String> families = ServicePods.families(service);
        var known = new ArrayList<Pod>();
        var missing = new ArrayList<String>();
        for (Pod pod : pods) {
            if (!ServicePods.hasEndpoint(pod)) {
                continue;
            }
            if (isOnKnownNode(service, pod, nodes)) {
                known.add(pod);
            } else {
                missing.add("skipping Pod " + pod.name() + " for Service " + service.key() + ": Node "
                        + pod.spec().nodeName() + " Not Found");
            }
        }
        existing.stream()
                .filter(slice -> !families.contains(slice.addressType()))
                .forEach(delete::add);
        for (String family : families) {
            var filling = new SliceFilling(service, family, trigger);
            filling.fill(
                    groups(service, family, known, nodes),
                    existing.stream()
                            .filter(slice -> slice.addressType().equals(family))
                            .toList());
            create.addAll(filling.create());
            update.addAll(filling.update());
            delete.addAll(filling.delete());
            changes.add(filling.change());
        }
        return new SlicePlan(create, update, delete, changes, missing);
    }

    SlicePlan with(List<EndpointSlice> created, List<EndpointSlice> updated) {
        return new SlicePlan(created, updated, delete, changes, missing);
    }

    /** Who wants pods that are not ready wants these too. */
    private static boolean isOnKnownNode(Service service, Pod pod, Function<String, Optional<Node>> nodes) {
        return service.spec().publishNotReadyAddresses()
                || nodes.apply(pod.spec().nodeName()).isPresent();
    }

    private static Map<String, Group> groups(
            Service service, String family, List<Pod> pods, Function<String, Optional<Node>> nodes) {
        var groups = new LinkedHashMap<String, Group>();
        for (Pod pod : pods) {
            List<ServicePods.Port> ports = ServicePods.ports(service, pod);
            Group group =
                    groups.computeIfAbsent(Group.key(ports), key -> new Group(family, ports, new LinkedHashMap<>()));
            ServicePods.address(pod, family)
                    .ifPresent(address ->
                            group.endpoints().put(pod.metadata().uid(), endpoint(service, pod, address, nodes)));
        }
        return groups;
    }

    private static Endpoint endpoint(Service service, Pod pod, String address, Function<String, Optional<Node>> nodes) {
        boolean ready = PodState.isReady(pod);
        boolean terminating = Ownership.isDeleting(pod);
        Endpoint endpoint = Endpoint.EMPTY
                .withAddresses(List.of(address))
                .withConditions(EndpointConditions.EMPTY
                        .withReady(service.spec().publishNotReadyAddresses() || (ready && !terminating))
                        .withServing(ready)
                        .withTerminating(terminating))
                .withTargetRef(reference(pod));
        String hostname = ServicePods.hostname(service, pod);
        if (!hostname.isEmpty()) {
            endpoint = endpoint.withHostname(hostname);
        }
        String node = pod.spec().nodeName();
        if (node.isEmpty()) {
            return endpoint;
        }
        String zone = nodes.apply(node)
                .map(found -> found.metadata().labels().getOrDefault(ZONE, ""))
                .orElse("");
        Endpoint placed = endpoint.withNodeName(node);
        return hinted(service, zone.isEmpty() ? placed : placed.withZone(zone));
    }

    /** For whom a ready endpoint is meant first, as the Service distributes its traffic (KEP-2433, KEP-3015). */
    private static Endpoint hinted(Service service, Endpoint endpoint) {
        String distribution = service.spec().trafficDistribution();
        EndpointHints hints = EndpointHints.EMPTY;
        if (!DISTRIBUTIONS.contains(distribution)
                || ZoneHints.areWanted(service)
                || !endpoint.conditions().ready()) {
            return endpoint;
        }
        if (!endpoint.zone().isEmpty()) {
            hints = hints.withForZones(List.of(ForZone.EMPTY.withName(endpoint.zone())));
        }
        if (distribution.equals("PreferSameNode")) {
            hints = hints.withForNodes(List.of(ForNode.EMPTY.withName(endpoint.nodeName())));
        }
        return hints.equals(EndpointHints.EMPTY) ? endpoint : endpoint.withHints(hints);
    }

    static ObjectReference reference(Pod pod) {
        return ObjectReference.EMPTY
                .withKind("Pod")
                .withNamespace(pod.namespace())
                .withName(pod.name())
                .withUid(pod.metadata().uid());
    }
}
