package dev.jarbor.controllers.loadbalancer;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.LoadBalancerIngress;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.controllers.common.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which addresses each Service gets. What one has it keeps; for the rest, who came first is served first.
 *
 * @param addresses of those that get some
 * @param refusals why others do not
 */
record Assignment(Map<ObjectKey, List<String>> addresses, Map<ObjectKey, String> refusals) {
    /** Whether somebody of this cluster is to give the Service an address: one with a class is another's. */
    static boolean isWanted(Service service) {
        return service.spec().type().equals("LoadBalancer")
                && !service.spec().hasLoadBalancerClass()
                && !Ownership.isDeleting(service);
    }

    /** @param nodes the addresses of the nodes that take traffic */
    static Assignment of(List<Service> services, AddressPool pool, List<String> nodes) {
        List<Service> inTurn = services.stream()
                .filter(Assignment::isWanted)
                .sorted(Comparator.comparing(
                                (Service service) -> present(service).isEmpty())
                        .thenComparing(service ->
                                service.metadata().creationTimestamp().orElse(Instant.MAX))
                        .thenComparing(Service::key))
                .toList();
        return switch (pool) {
            case AddressPool.OfNodes shared -> shared(inTurn, shared, nodes);
            case AddressPool.Apart apart -> apart(inTurn, apart);
        };
    }

    /** What the Service has now. */
    static List<String> present(Service service) {
        return service.status().loadBalancer().ingress().stream()
                .map(LoadBalancerIngress::ip)
                .filter(ip -> !ip.isEmpty())
                .toList();
    }

    private static Assignment shared(List<Service> services, AddressPool.OfNodes pool, List<String> nodes) {
        var result = new Assignment(new TreeMap<>(), new TreeMap<>());
        var taken = new TreeMap<String, ObjectKey>();
        for (Service service : services) {
            Optional<String> obstacle = obstacle(service, pool, taken, nodes);
            if (obstacle.isPresent()) {
                result.refusals.put(service.key(), obstacle.get());
                continue;
            }
            service.spec().ports().forEach(port -> taken.put(name(port), service.key()));
            result.addresses.put(service.key(), nodes);
        }
        return result;
    }

    private static Optional<String> obstacle(
            Service service, AddressPool.OfNodes pool, Map<String, ObjectKey> taken, List<String> nodes) {
        if (nodes.isEmpty()) {
            return Optional.of("no node is ready to take its traffic");
        }
        for (ServicePort port : service.spec().ports()) {
            ObjectKey other = taken.get(name(port));
            if (other != null) {
                return Optional.of("port " + name(port) + " of the nodes is taken by service " + other);
            }
            if (pool.reserved().contains(port.port())) {
                return Optional.of("port " + name(port) + " of the nodes is needed by the cluster itself");
            }
        }
        return Optional.empty();
    }

    private static String name(ServicePort port) {
        return port.port() + "/" + (port.protocol().isEmpty() ? "TCP" : port.protocol());
    }

    private static Assignment apart(List<Service> services, AddressPool.Apart pool) {
        var result = new Assignment(new TreeMap<>(), new TreeMap<>());
        var free = new ArrayList<>(pool.addresses());
        var later = new ArrayList<Service>();
        for (Service service : services) {
            String wished = service.spec().loadBalancerIP();
            String kept =
                    wished.isEmpty() ? present(service).stream().findFirst().orElse("") : wished;
            if (free.remove(kept)) {
                result.addresses.put(service.key(), List.of(kept));
            } else if (wished.isEmpty()) {
                later.add(service);
            } else {
                String why = pool.addresses().contains(wished) ? " is taken" : " is none of the pool";
                result.refusals.put(service.key(), "address " + wished + why);
            }
        }
        for (Service service : later) {
            if (free.isEmpty()) {
                result.refusals.put(service.key(), "no address of the pool is free");
            } else {
                result.addresses.put(service.key(), List.of(free.removeFirst()));
            }
        }
        return result;
    }

    @Override
    public String toString() {
        return new TreeSet<>(addresses.keySet())
                .stream()
                        .map(key -> key + "=" + addresses.getOrDefault(key, List.of()))
                        .collect(Collectors.joining(" "));
    }
}
