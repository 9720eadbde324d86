package dev.jarbor.scheduler.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** On which nodes how many pods say the same about others. Owned by its {@link ClusterState}. */
public final class Attractions {
    /** Takes what there is. */
    public interface Visitor {
        /** @param pods how many say so, by node */
        void visit(Attraction attraction, Map<String, Integer> pods);
    }

    private final Map<Attraction, TreeMap<String, Integer>> pods = new LinkedHashMap<>();

    void add(List<Attraction> attractions, String node) {
        attractions.forEach(
                each -> pods.computeIfAbsent(each, one -> new TreeMap<>()).merge(node, 1, Integer::sum));
    }

    void remove(List<Attraction> attractions, String node) {
        for (Attraction each : attractions) {
            pods.computeIfPresent(each, (same, nodes) -> {
                nodes.computeIfPresent(node, (name, count) -> count == 1 ? null : count - 1);
                return nodes.isEmpty() ? null : nodes;
            });
        }
    }

    public void forEach(Visitor visitor) {
        pods.forEach(visitor::visit);
    }
}
