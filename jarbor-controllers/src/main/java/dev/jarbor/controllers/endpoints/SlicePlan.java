package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointHints;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.discovery.v1.ForNode;
import dev.jarbor.api.discovery.v1.ForZone;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The decision of one pass over a Service: which slices to create, update and delete so that together they name each of its
 * pods once. Endpoints stay in the slice they are in; new ones fill slices that are written anyway, then those that are
 * fullest, then new slices: what changes little is sent to few watchers.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
record SlicePlan(List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete) {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    static final int CAPACITY = 100;

    private static final String ZONE = "topology.kubernetes.io/zone";

    /** Slices with the same addresses and ports, and the endpoints that belong into them by pod. */
    private static final class Group {
        private final String family;
        private final List<ServicePods.Port> ports;
        private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

        Group(String family, List<ServicePods.Port> ports) {
            this.family = family;
            this.ports = ports;
        }
    }

    /** @param nodes finds a node by its name, for its zone */
    static SlicePlan decide(
            Service service, List<Pod> pods, List<EndpointSlice> existing, Function<String, Optional<Node>> nodes) {
        var groups = new LinkedHashMap<String, Group>();
        for (String family : ServicePods.families(service)) {
            for (Pod pod : pods) {
                if (ServicePods.hasEndpoint(pod)) {
                    ServicePods.address(pod, family).ifPresent(address -> {
                        List<ServicePods.Port> ports = ServicePods.ports(service, pod);
                        groups.computeIfAbsent(groupKey(family, ports), key -> new Group(family, ports))
                                .endpoints
                                .put(pod.metadata().uid(), endpoint(service, pod, address, nodes));
                    });
                }
            }
        }
        return new Distribution(service, pods, existing).over(groups);
    }

    private static String groupKey(String family, List<ServicePods.Port> ports) {
        return family + " "
                + ports.stream()
                        .sorted(Comparator.comparing(ServicePods.Port::name)
                                .thenComparingInt(ServicePods.Port::number)
                                .thenComparing(ServicePods.Port::protocol))
                        .toList();
    }

    private static String groupKey(EndpointSlice slice) {
        return groupKey(
                slice.addressType(),
                slice.ports().stream()
                        .map(port ->
                                new ServicePods.Port(port.name(), port.port(), port.protocol(), port.appProtocol()))
                        .toList());
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
        if (distribution.isEmpty()
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

    /** Spreads the groups' endpoints over the slices there are and those that have to come. */
    private static final class Distribution {
        private final Service service;
        private final List<Pod> pods;
        private final Map<String, List<EndpointSlice>> existing = new TreeMap<>();
        private final List<EndpointSlice> create = new ArrayList<>();
        private final List<EndpointSlice> update = new ArrayList<>();
        private final List<EndpointSlice> delete = new ArrayList<>();
        private int kept;

        Distribution(Service service, List<Pod> pods, List<EndpointSlice> existing) {
            this.service = service;
            this.pods = pods;
            existing.forEach(slice -> this.existing
                    .computeIfAbsent(groupKey(slice), key -> new ArrayList<>())
                    .add(slice));
        }

        SlicePlan over(Map<String, Group> groups) {
            groups.forEach((key, group) -> distribute(group, existing.getOrDefault(key, List.of())));
            existing.forEach((key, slices) -> {
                if (!groups.containsKey(key)) {
                    delete.addAll(slices);
                }
            });
            reuse();
            keepPlaceholder();
            return new SlicePlan(create, update, delete);
        }

        private void distribute(Group group, List<EndpointSlice> slices) {
            var waiting = new LinkedHashMap<>(group.endpoints);
            var filled = new LinkedHashMap<EndpointSlice, List<Endpoint>>();
            for (EndpointSlice slice : slices) {
                var staying = new ArrayList<Endpoint>();
                for (Endpoint endpoint : slice.endpoints()) {
                    Endpoint current = waiting.remove(endpoint.targetRef().uid());
                    if (current != null) {
                        staying.add(current);
                    }
                }
                filled.put(slice, staying);
            }
            var newcomers = new ArrayList<>(waiting.values());
            filled.keySet().stream()
                    .sorted(Comparator.comparing(
                                    (EndpointSlice slice) -> staysSame(slice, filled.getOrDefault(slice, List.of())))
                            .thenComparingInt(slice ->
                                    -filled.getOrDefault(slice, List.of()).size()))
                    .forEach(slice -> take(newcomers, filled.getOrDefault(slice, new ArrayList<>())));
            filled.forEach(this::settle);
            while (!newcomers.isEmpty()) {
                var batch = new ArrayList<Endpoint>();
                take(newcomers, batch);
                create.add(written(fresh(group.family, group.ports), batch));
            }
        }

        private static boolean staysSame(EndpointSlice slice, List<Endpoint> endpoints) {
            return slice.endpoints().equals(endpoints);
        }

        private static void take(List<Endpoint> from, List<Endpoint> to) {
            while (!from.isEmpty() && to.size() < CAPACITY) {
                to.add(from.removeFirst());
            }
        }

        private void settle(EndpointSlice slice, List<Endpoint> endpoints) {
            if (endpoints.isEmpty()) {
                delete.add(slice);
                return;
            }
            kept++;
            if (!staysSame(slice, endpoints) || !hasOwnMetadata(slice)) {
                update.add(written(slice, endpoints));
            }
        }

        /** A slice that would go takes the place of one that would come: one event to watchers instead of two. */
        private void reuse() {
            for (EndpointSlice coming : List.copyOf(create)) {
                Optional<EndpointSlice> going = delete.stream()
                        .filter(slice -> slice.addressType().equals(coming.addressType()))
                        .findFirst();
                going.ifPresent(slice -> {
                    delete.remove(slice);
                    create.remove(coming);
                    update.add(written(slice.withPorts(coming.ports()), coming.endpoints()));
                    kept++;
                });
            }
        }

        /** A service without endpoints still has one slice, so that watchers can tell nothing from not yet. */
        private void keepPlaceholder() {
            if (kept > 0 || !create.isEmpty()) {
                return;
            }
            if (delete.isEmpty()) {
                create.add(written(fresh(ServicePods.families(service).getFirst(), List.of()), List.of()));
                return;
            }
            EndpointSlice placeholder = delete.removeFirst();
            if (!placeholder.endpoints().isEmpty() || !placeholder.ports().isEmpty() || !hasOwnMetadata(placeholder)) {
                update.add(written(placeholder.withPorts(List.of()), List.of()));
            }
        }

        private EndpointSlice fresh(String family, List<ServicePods.Port> ports) {
            return EndpointSlice.EMPTY
                    .withMetadata(ObjectMeta.EMPTY
                            .withGenerateName(service.name() + "-")
                            .withNamespace(service.namespace()))
                    .withAddressType(family)
                    .withPorts(ports.stream().map(Distribution::port).toList());
        }

        private static EndpointPort port(ServicePods.Port port) {
            EndpointPort written = EndpointPort.EMPTY
                    .withName(port.name())
                    .withPort(port.number())
                    .withProtocol(port.protocol());
            return port.appProtocol().isEmpty() ? written : written.withAppProtocol(port.appProtocol());
        }

        private EndpointSlice written(EndpointSlice slice, List<Endpoint> endpoints) {
            return slice.withEndpoints(endpoints)
                    .withMetadata(slice.metadata()
                            .withLabels(labels())
                            .withOwnerReferences(List.of(Ownership.controllerReference(Service.KIND, service)))
                            .withAnnotations(ServicePods.stamped(
                                    slice.metadata().annotations(), ServicePods.lastChange(service, pods))));
        }

        private boolean hasOwnMetadata(EndpointSlice slice) {
            return slice.metadata().labels().equals(labels()) && Ownership.isControlledBy(slice, service);
        }

        private Map<String, String> labels() {
            return ServicePods.labels(service, Map.of(SERVICE_NAME, service.name(), MANAGED_BY, MANAGER));
        }
    }
}
