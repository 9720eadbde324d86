package dev.jarbor.scheduler.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/**
 * The order in which nodes are tried: by turns one of each zone, within a zone by name. So those that are tried first are
 * spread over the zones, which matters where not all of them are.
 */
public record NodeOrder(List<NodeState> nodes) {
    /** The label that tells the zone of a node. */
    public static final String ZONE = "topology.kubernetes.io/zone";

    private static final String REGION = "topology.kubernetes.io/region";

    public NodeOrder {
        nodes = List.copyOf(nodes);
    }

    /** @param nodes by name */
    static NodeOrder of(Collection<NodeState> nodes) {
        var zones = new TreeMap<String, Deque<NodeState>>();
        for (NodeState node : nodes) {
            String zone = node.labels().getOrDefault(ZONE, "");
            zones.computeIfAbsent(node.labels().getOrDefault(REGION, "") + ":" + zone, name -> new ArrayDeque<>())
                    .add(node);
        }
        var order = new ArrayList<NodeState>(nodes.size());
        while (order.size() < nodes.size()) {
            for (Deque<NodeState> zone : zones.values()) {
                if (!zone.isEmpty()) {
                    order.add(zone.remove());
                }
            }
        }
        return new NodeOrder(order);
    }

    public int size() {
        return nodes.size();
    }

    /** The node at a place that is counted round and round. */
    public NodeState at(int place) {
        return nodes.get(place % nodes.size());
    }

    /**
     * How many nodes that a pod fits on are enough to choose the best of them: all of a small cluster, of a larger one half and
     * less, the more nodes there are, and never less than 5 % or a hundred.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/">Scheduler Performance
     *     Tuning: the default of percentageOfNodesToScore</a>
     */
    public int enough() {
        int all = nodes.size();
        int percentage = Math.max(5, 50 - all / 125);
        return all < 100 ? all : Math.max(100, all * percentage / 100);
    }
}
