package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** How much of the processors of a cluster is in each zone: what endpoints are dealt out by. */
final class ZoneShares {
    private static final String ZONE = "topology.kubernetes.io/zone";

    private ZoneShares() {}

    /** The share of each zone, 1 together; empty where nodes do not say enough or are all in one zone. */
    static Map<String, Double> of(Collection<Node> nodes) {
        var milli = new TreeMap<String, Long>();
        for (Node node : nodes) {
            if (!counts(node)) {
                continue;
            }
            String zone = zone(node);
            long cpu = cpu(node);
            if (zone.isEmpty() || cpu == 0) {
                return Map.of();
            }
            milli.merge(zone, cpu, Long::sum);
        }
        if (milli.size() < 2) {
            return Map.of();
        }
        double all = milli.values().stream().mapToLong(Long::longValue).sum();
        var shares = new TreeMap<String, Double>();
        milli.forEach((zone, cpu) -> shares.put(zone, cpu / all));
        return shares;
    }

    /** Whether the two say the same about shares. */
    static boolean same(Node one, Node other) {
        return counts(one) == counts(other) && zone(one).equals(zone(other)) && cpu(one) == cpu(other);
    }

    private static boolean counts(Node node) {
        Map<String, String> labels = node.metadata().labels();
        return !labels.containsKey("node-role.kubernetes.io/control-plane")
                && !labels.containsKey("node-role.kubernetes.io/master")
                && node.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status().equals("True"));
    }

    private static String zone(Node node) {
        return node.metadata().labels().getOrDefault(ZONE, "");
    }

    private static long cpu(Node node) {
        return node.status().allocatable().getOrDefault("cpu", Quantity.ZERO).milliValue();
    }
}
