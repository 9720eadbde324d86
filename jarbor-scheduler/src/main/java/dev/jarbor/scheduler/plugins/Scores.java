package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** How good each feasible node is: 0 to 100 by each view, weighted as the reference's default profile. */
public final class Scores {
    private static final long MOST = 100;

    private Scores() {}

    /** One sum for each of {@code nodes}, in their order. */
    public static long[] of(Pod pod, Demand demand, List<NodeState> nodes, ClusterState cluster) {
        long[] sums = new long[nodes.size()];
        ToLongFunction<NodeState> crowding = TopologySpread.crowding(pod, cluster);
        Map<String, Long> liking = PodAffinity.preferences(pod, cluster);
        add(sums, 1, nodes, node -> leastAllocated(demand, node));
        add(sums, 1, nodes, node -> balanced(demand, node));
        addNormalized(sums, 3, nodes, node -> -SimpleFilters.unwelcome(pod, node));
        addNormalized(sums, 2, nodes, node -> NodeAffinity.preference(pod, node));
        addNormalized(sums, 2, nodes, node -> -crowding.applyAsLong(node));
        addNormalized(sums, 2, nodes, node -> liking.getOrDefault(node.name(), 0L));
        return sums;
    }

    private static void add(long[] sums, long weight, List<NodeState> nodes, ToLongFunction<NodeState> score) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * score.applyAsLong(nodes.get(i));
        }
    }

    /** Stretches the raw values to 0..100 over these nodes; where all are equal they say nothing. */
    private static void addNormalized(long[] sums, long weight, List<NodeState> nodes, ToLongFunction<NodeState> raw) {
        long[] values = nodes.stream().mapToLong(raw).toArray();
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (long value : values) {
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
        if (lowest == highest) {
            return;
        }
        double range = (double) highest - lowest;
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * Math.round(MOST * ((double) values[i] - lowest) / range);
        }
    }

    private static long leastAllocated(Demand demand, NodeState node) {
        return Math.round(MOST * (free(demand, node, Amounts.CPU) + free(demand, node, Amounts.MEMORY)) / 2);
    }

    /** Highest when CPU and memory are used in the same measure. */
    private static long balanced(Demand demand, NodeState node) {
        double difference = free(demand, node, Amounts.CPU) - free(demand, node, Amounts.MEMORY);
        return Math.round(MOST * (1 - Math.abs(difference) / 2));
    }

    private static double free(Demand demand, NodeState node, String name) {
        double allocatable = node.allocatable().get(name);
        if (allocatable <= 0) {
            return 0;
        }
        double used = node.assumed().get(name) + demand.assumed().get(name);
        return Math.max(0, (allocatable - used) / allocatable);
    }
}
