package dev.jarbor.network.nft;

import dev.jarbor.network.service.Backend;
import dev.jarbor.network.service.Frontend;
import dev.jarbor.network.service.Protocol;
import dev.jarbor.network.service.Route;
import dev.jarbor.network.service.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * UDP flows that the kernel still sends the old way after a change of rules. Its memory of a flow lives as long as
 * packets come, so a client that keeps asking would keep asking a backend that is gone, or none at all.
 */
final class StaleFlows {
    /** Beyond it a change is so large that flows are left to time out (30 s without packets). */
    static final int MOST = 500;

    private StaleFlows() {}

    /** The arguments of {@code conntrack} that forget the flows which {@code after} would send elsewhere. */
    static List<List<String>> between(RuleSet before, RuleSet after) {
        SortedMap<Frontend, Set<Backend>> then = udp(before);
        SortedMap<Frontend, Set<Backend>> now = udp(after);
        var stale = new ArrayList<List<String>>();
        then.forEach((frontend, backends) -> {
            Set<Backend> left = now.getOrDefault(frontend, Set.of());
            backends.stream()
                    .filter(backend -> !left.contains(backend))
                    .forEach(backend -> stale.add(
                            flows(frontend, "--dst-nat", backend.address().toString())));
        });
        now.forEach((frontend, backends) -> {
            if (!backends.isEmpty() && then.getOrDefault(frontend, Set.of()).isEmpty()) {
                stale.add(flows(frontend));
            }
        });
        return stale.size() <= MOST ? stale : stale.subList(0, MOST);
    }

    private static List<String> flows(Frontend frontend, String... more) {
        var arguments =
                new ArrayList<>(List.of("-D", "-p", "udp", "--orig-port-dst", Integer.toString(frontend.port())));
        if (!frontend.address().isAny()) {
            arguments.addAll(List.of("--orig-dst", frontend.address().toString()));
        }
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static SortedMap<Frontend, Set<Backend>> udp(RuleSet rules) {
        var found = new TreeMap<Frontend, Set<Backend>>();
        rules.routes().forEach((frontend, route) -> {
            if (frontend.protocol() == Protocol.UDP) {
                found.put(frontend, backends(route));
            }
        });
        return found;
    }

    private static Set<Backend> backends(Route route) {
        var backends = new TreeSet<Backend>();
        route.pools().forEach(pool -> backends.addAll(pool.backends()));
        return backends;
    }
}
