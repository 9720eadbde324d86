package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.EndpointSubset;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointConditions;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The decision of one pass over Endpoints that somebody wrote by hand: which slices say the same.
 *
 * @param surplus how many there are beyond what is mirrored
 * @param totals what becomes of their endpoints
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#endpointslice-mirroring">EndpointSlice
 *     mirroring</a>
 */
record Mirror(
        List<EndpointSlice> create,
        List<EndpointSlice> update,
        List<EndpointSlice> delete,
        int surplus,
        Mirror.Totals totals) {
    static final String MANAGER = "endpointslicemirroring-controller.k8s.io";

    /** How many endpoints are added, changed and removed. */
    record Totals(int added, int updated, int removed) {}

    /** The most addresses of one subset that are mirrored, in one slice for each family. */
    static final int MOST = 1000;

    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /** Endpoints of a Service whose slices nobody else writes, and that are no lock of a leader election of old. */
    static boolean isWanted(Endpoints endpoints, Optional<Service> service) {
        return service.filter(one -> one.spec().selector().isEmpty()).isPresent()
                && !"true".equals(endpoints.metadata().labels().get(SKIP))
                && !endpoints.metadata().annotations().containsKey(LEADER)
                && !Ownership.isDeleting(endpoints);
    }

    /** Subsets with the same ports say it together. */
    private record Group(String family, List<EndpointPort> ports) {}

    static Mirror decide(Endpoints endpoints, List<EndpointSlice> existing) {
        var groups = new LinkedHashMap<Group, List<Endpoint>>();
        int surplus = 0;
        for (EndpointSubset subset : endpoints.subsets()) {
            List<EndpointPort> ports = subset.ports().stream().map(Mirror::port).toList();
            int taken = 0;
            for (boolean ready : List.of(true, false)) {
                for (EndpointAddress address : ready ? subset.addresses() : subset.notReadyAddresses()) {
                    if (taken == MOST) {
                        surplus++;
                    } else {
                        taken++;
                        String family = address.ip().contains(":") ? "IPv6" : "IPv4";
                        groups.computeIfAbsent(new Group(family, ports), group -> new ArrayList<>())
                                .add(endpoint(address, ready));
                    }
                }
            }
        }
        List<EndpointSlice> wanted = groups.entrySet().stream()
                .map(group -> EndpointSlice.EMPTY
                        .withMetadata(metadata(endpoints))
                        .withAddressType(group.getKey().family())
                        .withPorts(group.getKey().ports())
                        .withEndpoints(group.getValue().stream().limit(MOST).toList()))
                .toList();
        return over(wanted, existing, surplus);
    }

    private static ObjectMeta metadata(Endpoints endpoints) {
        var labels = new TreeMap<>(endpoints.metadata().labels());
        labels.put(SlicePlan.SERVICE_NAME, endpoints.name());
        labels.put(SlicePlan.MANAGED_BY, MANAGER);
        var annotations = new TreeMap<>(endpoints.metadata().annotations());
        annotations.remove(LAST_APPLIED);
        annotations.remove(ServicePods.TRIGGER_TIME);
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withGenerateName(endpoints.name() + "-")
                .withNamespace(endpoints.namespace())
                .withLabels(labels)
                .withOwnerReferences(List.of(Ownership.controllerReference(Endpoints.KIND, endpoints)));
        return annotations.isEmpty() ? metadata : metadata.withAnnotations(annotations);
    }

    private static Endpoint endpoint(EndpointAddress address, boolean ready) {
        Endpoint endpoint = Endpoint.EMPTY
                .withAddresses(List.of(address.ip()))
                .withConditions(EndpointConditions.EMPTY.withReady(ready));
        endpoint = address.hasTargetRef() ? endpoint.withTargetRef(address.targetRef()) : endpoint;
        endpoint = address.nodeName().isEmpty() ? endpoint : endpoint.withNodeName(address.nodeName());
        return address.hostname().isEmpty() ? endpoint : endpoint.withHostname(address.hostname());
    }

    private static EndpointPort port(dev.jarbor.api.core.v1.EndpointPort port) {
        EndpointPort written = EndpointPort.EMPTY
                .withName(port.name())
                .withPort(port.port())
                .withProtocol(port.protocol().isEmpty() ? "TCP" : port.protocol());
        return port.appProtocol().isEmpty() ? written : written.withAppProtocol(port.appProtocol());
    }

    /** What is there already takes what it held before, or else anything of its family. */
    private static Mirror over(List<EndpointSlice> wanted, List<EndpointSlice> existing, int surplus) {
        var create = new ArrayList<EndpointSlice>();
        var update = new ArrayList<EndpointSlice>();
        var left = new ArrayList<>(existing);
        int added = 0;
        int updated = 0;
        int removed = 0;
        for (EndpointSlice one : wanted) {
            Optional<EndpointSlice> home = left.stream()
                    .filter(slice -> slice.addressType().equals(one.addressType())
                            && slice.ports().equals(one.ports()))
                    .findFirst()
                    .or(() -> left.stream()
                            .filter(slice -> slice.addressType().equals(one.addressType()))
                            .findFirst());
            if (home.isEmpty()) {
                create.add(one);
                added += one.endpoints().size();
                continue;
            }
            EndpointSlice slice = home.get();
            left.remove(slice);
            Map<List<String>, Endpoint> before = byAddress(slice);
            Map<List<String>, Endpoint> after = byAddress(one);
            added += (int) after.keySet().stream()
                    .filter(address -> !before.containsKey(address))
                    .count();
            removed += (int) before.keySet().stream()
                    .filter(address -> !after.containsKey(address))
                    .count();
            updated += (int) after.entrySet().stream()
                    .filter(entry -> before.containsKey(entry.getKey())
                            && !entry.getValue().equals(before.get(entry.getKey())))
                    .count();
            if (!saysTheSame(slice, one)) {
                ObjectMeta metadata = slice.metadata()
                        .withLabels(one.metadata().labels())
                        .withAnnotations(Map.copyOf(one.metadata().annotations()))
                        .withOwnerReferences(one.metadata().ownerReferences());
                update.add(slice.withMetadata(metadata).withPorts(one.ports()).withEndpoints(one.endpoints()));
            }
        }
        return new Mirror(create, update, left, surplus, new Totals(added, updated, removed));
    }

    private static Map<List<String>, Endpoint> byAddress(EndpointSlice slice) {
        var endpoints = new LinkedHashMap<List<String>, Endpoint>();
        slice.endpoints().forEach(endpoint -> endpoints.put(endpoint.addresses(), endpoint));
        return endpoints;
    }

    private static boolean saysTheSame(EndpointSlice slice, EndpointSlice wanted) {
        return slice.endpoints().equals(wanted.endpoints())
                && slice.ports().equals(wanted.ports())
                && slice.metadata().labels().equals(wanted.metadata().labels())
                && slice.metadata().annotations().equals(wanted.metadata().annotations())
                && slice.metadata().ownerReferences().equals(wanted.metadata().ownerReferences());
    }
}
