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
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#endpointslice-mirroring">EndpointSlice
 *     mirroring</a>
 */
record Mirror(List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete, int surplus) {
    static final String MANAGER = "endpointslicemirroring-controller.k8s.io";

    /** The most addresses of one subset that are mirrored. */
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

    static Mirror decide(Endpoints endpoints, List<EndpointSlice> existing) {
        var wanted = new ArrayList<EndpointSlice>();
        int surplus = 0;
        for (EndpointSubset subset : endpoints.subsets()) {
            List<EndpointPort> ports = subset.ports().stream().map(Mirror::port).toList();
            var byFamily = new LinkedHashMap<String, List<Endpoint>>();
            int taken = 0;
            for (boolean ready : List.of(true, false)) {
                for (EndpointAddress address : ready ? subset.addresses() : subset.notReadyAddresses()) {
                    if (taken == MOST) {
                        surplus++;
                    } else {
                        taken++;
                        byFamily.computeIfAbsent(family(address.ip()), key -> new ArrayList<>())
                                .add(endpoint(address, ready));
                    }
                }
            }
            byFamily.forEach((family, all) -> wanted.addAll(slices(endpoints, family, ports, all)));
        }
        return over(wanted, existing, surplus);
    }

    private static String family(String ip) {
        return ip.contains(":") ? "IPv6" : "IPv4";
    }

    private static List<EndpointSlice> slices(
            Endpoints endpoints, String family, List<EndpointPort> ports, List<Endpoint> all) {
        var slices = new ArrayList<EndpointSlice>();
        for (int from = 0; from < all.size(); from += SlicePlan.CAPACITY) {
            slices.add(EndpointSlice.EMPTY
                    .withMetadata(metadata(endpoints))
                    .withAddressType(family)
                    .withPorts(ports)
                    .withEndpoints(all.subList(from, Math.min(all.size(), from + SlicePlan.CAPACITY))));
        }
        return slices;
    }

    private static ObjectMeta metadata(Endpoints endpoints) {
        var labels = new TreeMap<>(endpoints.metadata().labels());
        labels.put(SlicePlan.SERVICE_NAME, endpoints.name());
        labels.put(SlicePlan.MANAGED_BY, MANAGER);
        var annotations = new TreeMap<>(endpoints.metadata().annotations());
        annotations.remove(LAST_APPLIED);
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
                continue;
            }
            EndpointSlice slice = home.get();
            left.remove(slice);
            if (!saysTheSame(slice, one)) {
                ObjectMeta metadata = slice.metadata()
                        .withLabels(one.metadata().labels())
                        .withAnnotations(Map.copyOf(one.metadata().annotations()))
                        .withOwnerReferences(one.metadata().ownerReferences());
                update.add(slice.withMetadata(metadata).withPorts(one.ports()).withEndpoints(one.endpoints()));
            }
        }
        return new Mirror(create, update, left, surplus);
    }

    private static boolean saysTheSame(EndpointSlice slice, EndpointSlice wanted) {
        return slice.endpoints().equals(wanted.endpoints())
                && slice.ports().equals(wanted.ports())
                && slice.metadata().labels().equals(wanted.metadata().labels())
                && slice.metadata().annotations().equals(wanted.metadata().annotations())
                && slice.metadata().ownerReferences().equals(wanted.metadata().ownerReferences());
    }
}
