package dev.jarbor.network.service;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.LoadBalancerIngress;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.Pool.Scope;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides the {@link RuleSet} of one node: a pure function of the cluster's Services, their EndpointSlices and the node's
 * Pods. Where two objects ask for the same address and port, cluster addresses come before external ones, those before
 * node ports, those before host ports, and else the object whose key is first.
 *
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/">Virtual IPs and Service Proxies</a>
 */
final class ServiceRules {
    /** A Service with this label belongs to another proxy (KEP-2447). */
    static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";

    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private final ProxySettings settings;
    private final SortedMap<Frontend, Route> routes = new TreeMap<>();
    private final SortedMap<Frontend, List<Cidr>> allowedSources = new TreeMap<>();
    private final SortedSet<Ipv4> clusterAddresses = new TreeSet<>();

    private ServiceRules(ProxySettings settings) {
        this.settings = settings;
    }

    /**
     * @param services in key order
     * @param slices the EndpointSlices of a Service by its key
     * @param pods those of this node, in key order
     */
    static RuleSet of(
            ProxySettings settings,
            List<Service> services,
            Function<ObjectKey, List<EndpointSlice>> slices,
            List<Pod> pods) {
        var rules = new ServiceRules(settings);
        List<Exposed> exposed = services.stream()
                .flatMap(service -> rules.exposed(service, slices.apply(service.key())))
                .toList();
        exposed.forEach(rules::clusterAddress);
        exposed.forEach(rules::externalAddresses);
        exposed.forEach(rules::nodePort);
        pods.forEach(rules::hostPorts);
        return new RuleSet(settings.pods(), rules.routes, rules.allowedSources, rules.clusterAddresses);
    }

    /** One port of a Service with what it leads to. */
    private record Exposed(
            Service service, Ipv4 address, Protocol protocol, ServicePort port, Pool cluster, Pool local) {
        boolean hasEndpoints() {
            return !cluster.isEmpty() || !local.isEmpty();
        }

        ServiceSpec spec() {
            return service.spec();
        }
    }

    private Stream<Exposed> exposed(Service service, List<EndpointSlice> slices) {
        ServiceSpec spec = service.spec();
        if (spec.type().equals("ExternalName") || service.metadata().labels().containsKey(OTHER_PROXY)) {
            return Stream.empty();
        }
        // Headless Services say None, which is no address.
        return Stream.concat(Stream.of(spec.clusterIP()), spec.clusterIPs().stream())
                .flatMap(text -> Ipv4.parse(text).stream())
                .findFirst()
                .stream()
                .flatMap(address -> spec.ports().stream()
                        .flatMap(port -> Protocol.read(port.protocol()).stream()
                                .map(protocol -> exposed(service, address, protocol, port, slices))));
    }

    private Exposed exposed(
            Service service, Ipv4 address, Protocol protocol, ServicePort port, List<EndpointSlice> slices) {
        String label = port.name().isEmpty() ? Integer.toString(port.port()) : port.name();
        String name = service.namespace() + "/" + service.name() + "/" + protocol + "/" + label;
        var selection = new EndpointSelection(
                name, protocol, affinity(service.spec()), settings, endpoints(slices, protocol, port.name()));
        return new Exposed(service, address, protocol, port, selection.cluster(), selection.local());
    }

    private static Duration affinity(ServiceSpec spec) {
        if (!spec.sessionAffinity().equals("ClientIP")) {
            return Duration.ZERO;
        }
        return Duration.ofSeconds(spec.sessionAffinityConfig().clientIP().timeoutSecondsOr(DEFAULT_AFFINITY_SECONDS));
    }

    /** Several slices may name the same endpoint while it moves between them: a ready mention wins. */
    private static SortedMap<Backend, Endpoint> endpoints(
            List<EndpointSlice> slices, Protocol protocol, String portName) {
        var endpoints = new TreeMap<Backend, Endpoint>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort port : slice.ports()) {
                if (!slice.addressType().equals("IPv4")
                        || !port.name().equals(portName)
                        || port.port() < 1
                        || port.port() > 65_535
                        || Protocol.read(port.protocol())
                                .filter(protocol::equals)
                                .isEmpty()) {
                    continue;
                }
                for (Endpoint endpoint : slice.endpoints()) {
                    // All addresses of one endpoint are the same process: the first is enough (EndpointSlice API).
                    endpoint.addresses().stream()
                            .limit(1)
                            .flatMap(text -> Ipv4.parse(text).stream())
                            .forEach(address -> endpoints.merge(
                                    new Backend(address, port.port()),
                                    endpoint,
                                    (one, other) -> one.conditions().readyOr(true) ? one : other));
                }
            }
        }
        return endpoints;
    }

    private void clusterAddress(Exposed exposed) {
        var frontend = new Frontend(exposed.address, exposed.protocol, exposed.port.port());
        if (exposed.cluster.backends().stream().anyMatch(each -> each.address().equals(exposed.address))) {
            // The address is this machine's own and a process listens there (cluster DNS): nothing to translate.
            return;
        }
        clusterAddresses.add(exposed.address);
        boolean localOnly = exposed.spec().internalTrafficPolicy().equals("Local");
        Pool pool = localOnly ? exposed.local : exposed.cluster;
        if (!pool.isEmpty()) {
            routes.putIfAbsent(frontend, new Route.Internal(pool));
        } else {
            routes.putIfAbsent(frontend, exposed.hasEndpoints() ? new Route.Dropped() : new Route.Refused());
        }
    }

    private void externalAddresses(Exposed exposed) {
        exposed.spec().externalIPs().stream()
                .flatMap(text -> Ipv4.parse(text).stream())
                .filter(address -> !address.isAny())
                .forEach(address -> external(exposed, address, exposed.port.port()));
        List<Cidr> allowed = exposed.spec().loadBalancerSourceRanges().stream()
                .flatMap(text -> Cidr.parse(text.strip()).stream())
                .toList();
        // KEP-1860: with mode Proxy the load balancer wants to see the traffic even of this node.
        exposed.service.status().loadBalancer().ingress().stream()
                .filter(ingress -> !ingress.ipMode().equals("Proxy"))
                .map(LoadBalancerIngress::ip)
                .flatMap(text -> Ipv4.parse(text).stream())
                .filter(address -> !address.isAny())
                .forEach(address -> {
                    external(exposed, address, exposed.port.port());
                    if (!exposed.spec().loadBalancerSourceRanges().isEmpty()) {
                        allowedSources.putIfAbsent(
                                new Frontend(address, exposed.protocol, exposed.port.port()), allowed);
                    }
                });
    }

    private void nodePort(Exposed exposed) {
        if (exposed.port.nodePort() > 0) {
            external(exposed, Ipv4.ANY, exposed.port.nodePort());
        }
    }

    private void external(Exposed exposed, Ipv4 address, int port) {
        routes.putIfAbsent(new Frontend(address, exposed.protocol, port), external(exposed));
    }

    private static Route external(Exposed exposed) {
        if (exposed.spec().externalTrafficPolicy().equals("Local")) {
            return exposed.hasEndpoints()
                    ? new Route.ExternalLocal(exposed.cluster, exposed.local)
                    : new Route.Refused();
        }
        return exposed.cluster.isEmpty() ? new Route.Refused() : new Route.External(exposed.cluster);
    }

    private void hostPorts(Pod pod) {
        String phase = pod.status().phase();
        if (!pod.spec().nodeName().equals(settings.node())
                || pod.spec().hostNetwork()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return;
        }
        Ipv4.parse(pod.status().podIP())
                .ifPresent(
                        address -> Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                                .map(Container::ports)
                                .flatMap(List::stream)
                                .filter(port -> port.hostPort() > 0)
                                .forEach(port -> hostPort(pod, address, port)));
    }

    private void hostPort(Pod pod, Ipv4 address, ContainerPort port) {
        Protocol.read(port.protocol()).ifPresent(protocol -> {
            Ipv4 host = port.hostIP().isEmpty()
                    ? Ipv4.ANY
                    : Ipv4.parse(port.hostIP()).orElse(Ipv4.ANY);
            String name = "host/" + pod.namespace() + "/" + pod.name() + "/" + protocol + "/" + port.hostPort();
            var pool = new Pool(
                    name, protocol, Scope.LOCAL, List.of(new Backend(address, port.containerPort())), Duration.ZERO);
            routes.putIfAbsent(new Frontend(host, protocol, port.hostPort()), new Route.HostPort(pool));
        });
    }
}
