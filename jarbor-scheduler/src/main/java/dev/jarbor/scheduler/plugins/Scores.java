package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.plugins.Recorder.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** How good each feasible node is: 0 to 100 by each view, weighted as the reference's default profile. */
public final class Scores {
    private static final long MOST = 100;

    private Scores() {}

    /**
     * One way to look at nodes.
     *
     * @param normalized whether only the differences count, stretched to the whole range
     */
    private record View(Plugin plugin, long weight, boolean normalized, ToLongFunction<NodeState> score) {}

    /**
     * One sum for each of {@code nodes}, in their order.
     *
     * @param detailed whether the recorder hears what single views take
     */
    public static long[] of(
            Pod pod, Demand demand, List<NodeState> nodes, ClusterState cluster, Recorder recorder, boolean detailed) {
        long prepared = recorder.now();
        List<View> views = views(pod, demand, cluster);
        views.forEach(view -> recorder.asked(ExtensionPoint.PRE_SCORE, view.plugin(), 1));
        recorder.ran(ExtensionPoint.PRE_SCORE, Result.SUCCESS, prepared);
        long begun = recorder.now();
        long[] sums = new long[nodes.size()];
        for (View view : views) {
            long since = detailed ? recorder.now() : 0;
            if (view.normalized()) {
                addNormalized(sums, view.weight(), nodes, view.score());
            } else {
                add(sums, view.weight(), nodes, view.score());
            }
            if (detailed) {
                recorder.ran(ExtensionPoint.SCORE, view.plugin(), Result.SUCCESS, since);
            }
            recorder.asked(ExtensionPoint.SCORE, view.plugin(), nodes.size());
        }
        recorder.ran(ExtensionPoint.SCORE, Result.SUCCESS, begun);
        return sums;
    }

    /** Those that can make a difference for {@code pod}. */
    private static List<View> views(Pod pod, Demand demand, ClusterState cluster) {
        var views = new ArrayList<View>();
        views.add(new View(Plugin.TAINT_TOLERATION, 3, true, node -> -SimpleFilters.unwelcome(pod, node)));
        if (!pod.spec()
                .affinity()
                .nodeAffinity()
                .preferredDuringSchedulingIgnoredDuringExecution()
                .isEmpty()) {
            views.add(new View(Plugin.NODE_AFFINITY, 2, true, node -> NodeAffinity.preference(pod, node)));
        }
        views.add(new View(Plugin.NODE_RESOURCES_FIT, 1, false, node -> leastAllocated(demand, node)));
        TopologySpread.crowding(pod, cluster)
                .ifPresent(crowding ->
                        views.add(new View(Plugin.POD_TOPOLOGY_SPREAD, 2, true, node -> -crowding.applyAsLong(node))));
        Map<String, Long> liking = PodAffinity.preferences(pod, cluster);
        if (!liking.isEmpty()) {
            views.add(new View(Plugin.INTER_POD_AFFINITY, 2, true, node -> liking.getOrDefault(node.name(), 0L)));
        }
        views.add(new View(Plugin.NODE_RESOURCES_BALANCED_ALLOCATION, 1, false, node -> balanced(demand, node)));
        return views;
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
