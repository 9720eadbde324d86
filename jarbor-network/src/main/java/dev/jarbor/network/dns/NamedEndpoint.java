package dev.jarbor.network.dns;

import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.network.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * One ready endpoint of a Service under its name: its own host name, or else its address with dashes.
 *
 * @param hostname in lower case
 * @param ports the ports it serves on
 */
record NamedEndpoint(String hostname, Ipv4 address, List<EndpointPort> ports) {
    /** The ready endpoints of a Service in the order of their addresses, each once. */
    static List<NamedEndpoint> ready(List<EndpointSlice> slices) {
        var found = new TreeMap<Ipv4, NamedEndpoint>();
        for (EndpointSlice slice : slices) {
            for (Endpoint endpoint : slice.addressType().equals("IPv4") ? slice.endpoints() : List.<Endpoint>of()) {
                if (endpoint.conditions().readyOr(true)) {
                    endpoint.addresses().stream()
                            .flatMap(text -> Ipv4.parse(text).stream())
                            .map(address -> new NamedEndpoint(name(endpoint, address), address, slice.ports()))
                            .forEach(each -> found.merge(each.address, each, NamedEndpoint::merged));
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** A Service with several sets of target ports has a slice for each. */
    private NamedEndpoint merged(NamedEndpoint other) {
        var all = new ArrayList<>(ports);
        other.ports.stream().filter(port -> !all.contains(port)).forEach(all::add);
        return new NamedEndpoint(hostname, address, List.copyOf(all));
    }

    private static String name(Endpoint endpoint, Ipv4 address) {
        return endpoint.hostname().isEmpty()
                ? address.dashed()
                : endpoint.hostname().toLowerCase(Locale.ROOT);
    }
}
