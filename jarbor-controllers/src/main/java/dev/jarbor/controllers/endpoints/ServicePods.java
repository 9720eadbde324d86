package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodIP;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.select.Selector;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a Service makes of the pods it selects.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/">Service</a>
 */
final class ServicePods {
    static final String HEADLESS = "service.kubernetes.io/headless";
    static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

    private ServicePods() {}

    /** A port of one endpoint; equal ones make pods share a slice. */
    record Port(String name, int number, String protocol, String appProtocol) {}

    /** Whether its endpoints are the controllers' to write: somebody who gives no selector writes them himself. */
    static boolean isManaged(Service service) {
        return !service.spec().selector().isEmpty() && !service.spec().type().equals("ExternalName");
    }

    static boolean selects(Service service, Pod pod) {
        return service.namespace().equals(pod.namespace())
                && !service.spec().selector().isEmpty()
                && Selector.ofLabels(service.spec().selector())
                        .matches(pod.metadata().labels());
    }

    static boolean isHeadless(Service service) {
        return service.spec().clusterIP().equals("None");
    }

    /** {@code IPv4}, {@code IPv6} or both. */
    static List<String> families(Service service) {
        List<String> families = service.spec().ipFamilies();
        return families.isEmpty() ? List.of("IPv4") : families;
    }

    /** Whether the pod has, or will keep, an address that traffic may go to. */
    static boolean hasEndpoint(Pod pod) {
        return !PodState.isFinished(pod)
                && !(pod.status().podIP().isEmpty() && pod.status().podIPs().isEmpty());
    }

    /** The pod's address in {@code family}. */
    static Optional<String> address(Pod pod, String family) {
        Stream<String> addresses = pod.status().podIPs().isEmpty()
                ? Stream.of(pod.status().podIP())
                : pod.status().podIPs().stream().map(PodIP::ip);
        return addresses
                .filter(ip -> !ip.isEmpty() && ip.contains(":") == family.equals("IPv6"))
                .findFirst();
    }

    /** The ports at which {@code pod} serves; a named target that its containers do not have is left out. */
    static List<Port> ports(Service service, Pod pod) {
        var ports = new ArrayList<Port>();
        for (ServicePort port : service.spec().ports()) {
            String protocol = port.protocol().isEmpty() ? "TCP" : port.protocol();
            target(port, protocol, pod)
                    .ifPresent(number -> ports.add(new Port(port.name(), number, protocol, port.appProtocol())));
        }
        return ports;
    }

    private static Optional<Integer> target(ServicePort port, String protocol, Pod pod) {
        IntOrString target = port.targetPort();
        if (!target.isText()) {
            return Optional.of(target.number() == 0 ? port.port() : target.number());
        }
        // Sidecars are init containers that keep running, and may serve.
        Stream<Container> sidecars = pod.spec().initContainers().stream()
                .filter(container -> container.restartPolicy().equals("Always"));
        return Stream.concat(pod.spec().containers().stream(), sidecars)
                .flatMap(container -> container.ports().stream())
                .filter(named -> named.name().equals(target.toString()))
                .filter(named -> (named.protocol().isEmpty() ? "TCP" : named.protocol()).equals(protocol))
                .map(named -> named.containerPort())
                .findFirst();
    }

    /** The name that DNS gives the pod under a headless service; "" where it asked for none. */
    static String hostname(Service service, Pod pod) {
        return pod.spec().subdomain().equals(service.name()) ? pod.spec().hostname() : "";
    }

    /** The service's labels with {@code own} on top; {@code reserved} ones are not taken from the service. */
    static Map<String, String> labels(Service service, Set<String> reserved, Map<String, String> own) {
        var labels = new TreeMap<>(service.metadata().labels());
        labels.keySet().removeIf(name -> name.equals(HEADLESS) || reserved.contains(name));
        labels.putAll(own);
        if (isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        return labels;
    }

    /** {@code annotations} with the time of what led to a change; without one where that is not known. */
    static Map<String, String> stamped(Map<String, String> annotations, Optional<Instant> trigger) {
        var stamped = new TreeMap<>(annotations);
        stamped.remove(TRIGGER_TIME);
        trigger.ifPresent(time -> stamped.put(TRIGGER_TIME, time.toString()));
        return stamped;
    }
}
