package dev.jarbor.network.service;

import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.network.service.Pool.Scope;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Chooses among the endpoints of one Service port. Ready ones are used; where none is, those that still serve while they
 * terminate (KEP-1669), for the whole cluster and for this node apart. Traffic distribution: with hints on every ready
 * endpoint, those hinted for this node, else for its zone, as long as there is one (KEP-3015, KEP-2433).
 */
final class EndpointSelection {
    private final String service;
    private final Protocol protocol;
    private final Duration affinity;
    private final ProxySettings settings;
    private final SortedMap<Backend, Endpoint> endpoints;

    EndpointSelection(
            String service,
            Protocol protocol,
            Duration affinity,
            ProxySettings settings,
            SortedMap<Backend, Endpoint> endpoints) {
        this.service = service;
        this.protocol = protocol;
        this.affinity = affinity;
        this.settings = settings;
        this.endpoints = endpoints;
    }

    Pool cluster() {
        SortedMap<Backend, Endpoint> ready = filter(endpoints, EndpointSelection::ready);
        return pool(Scope.CLUSTER, ready.isEmpty() ? filter(endpoints, EndpointSelection::leaving) : near(ready));
    }

    Pool local() {
        SortedMap<Backend, Endpoint> here =
                filter(endpoints, each -> each.nodeName().equals(settings.node()));
        SortedMap<Backend, Endpoint> ready = filter(here, EndpointSelection::ready);
        return pool(Scope.LOCAL, ready.isEmpty() ? filter(here, EndpointSelection::leaving) : ready);
    }

    private Pool pool(Scope scope, SortedMap<Backend, Endpoint> chosen) {
        return new Pool(service, protocol, scope, List.copyOf(chosen.keySet()), affinity);
    }

    private SortedMap<Backend, Endpoint> near(SortedMap<Backend, Endpoint> ready) {
        if (ready.values().stream().noneMatch(each -> each.hints().forNodes().isEmpty())) {
            var here = filter(
                    ready,
                    each -> each.hints().forNodes().stream()
                            .anyMatch(hint -> hint.name().equals(settings.node())));
            if (!here.isEmpty()) {
                return here;
            }
        }
        if (!settings.zone().isEmpty()
                && ready.values().stream()
                        .noneMatch(each -> each.hints().forZones().isEmpty())) {
            var here = filter(
                    ready,
                    each -> each.hints().forZones().stream()
                            .anyMatch(hint -> hint.name().equals(settings.zone())));
            if (!here.isEmpty()) {
                return here;
            }
        }
        return ready;
    }

    /** An endpoint that says nothing is ready (EndpointConditions: nil is to be read as true). */
    private static boolean ready(Endpoint endpoint) {
        return endpoint.conditions().readyOr(true);
    }

    private static boolean leaving(Endpoint endpoint) {
        return endpoint.conditions().terminating() && endpoint.conditions().servingOr(ready(endpoint));
    }

    private static SortedMap<Backend, Endpoint> filter(
            SortedMap<Backend, Endpoint> from, Predicate<Endpoint> condition) {
        var chosen = new TreeMap<Backend, Endpoint>();
        from.forEach((backend, endpoint) -> {
            if (condition.test(endpoint)) {
                chosen.put(backend, endpoint);
            }
        });
        return chosen;
    }
}
