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
import java.util.Optional;
import java.util.function.ToLongFunction;

/** How good each feasible node is: 0 to 100 by each view, weighted as the reference's default profile. */
public final class Scores {
    private static final long MOST = 100;

    private Scores() {}

    /** How raw values become 0 to 100. */
    private enum Scale {
        /** They are so already. */
        PLAIN,
        /** Only the differences count, stretched to the whole range; where there are none they say nothing. */
        STRETCHED,
        /** By the share of the highest, which is not negative. */
        OF_HIGHEST,
        /** By what is left of the highest: the least is the best. */
        LEFT_OF_HIGHEST
    }

    /** One way to look at nodes. */
    private record View(Plugin plugin, long weight, Scale scale, ToLongFunction<NodeState> score) {}

    /**
     * One sum for each of {@code nodes}, in their order.
     *
     * @param devices how much the pod likes nodes for the devices that it finds there; empty where it likes all alike
     * @param detailed whether the recorder hears what single views take
     */
    public static long[] of(
            Pod pod,
            Demand demand,
            List<NodeState> nodes,
            ClusterState cluster,
            Optional<ToLongFunction<NodeState>> devices,
            Recorder recorder,
            boolean detailed) {
        long prepared = recorder.now();
        List<View> views = views(pod, demand, cluster);
        devices.ifPresent(liking -> views.add(new View(Plugin.DYNAMIC_RESOURCES, 2, Scale.OF_HIGHEST, liking)));
        views.forEach(view -> recorder.asked(ExtensionPoint.PRE_SCORE, view.plugin(), 1));
        recorder.ran(ExtensionPoint.PRE_SCORE, Result.SUCCESS, prepared);
        long begun = recorder.now();
        long[] sums = new long[nodes.size()];
        for (View view : views) {
            long since = detailed ? recorder.now() : 0;
            add(sums, view, nodes);
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
        views.add(new View(
                Plugin.TAINT_TOLERATION, 3, Scale.LEFT_OF_HIGHEST, node -> SimpleFilters.unwelcome(pod, node)));
        if (!pod.spec()
                .affinity()
                .nodeAffinity()
                .preferredDuringSchedulingIgnoredDuringExecution()
                .isEmpty()) {
            views.add(new View(Plugin.NODE_AFFINITY, 2, Scale.OF_HIGHEST, node -> NodeAffinity.preference(pod, node)));
        }
        views.add(new View(Plugin.NODE_RESOURCES_FIT, 1, Scale.PLAIN, node -> leastAllocated(demand, node)));
        TopologySpread.crowding(pod, cluster)
                .ifPresent(crowding -> views.add(
                        new View(Plugin.POD_TOPOLOGY_SPREAD, 2, Scale.STRETCHED, node -> -crowding.applyAsLong(node))));
        Map<String, Long> liking = PodAffinity.preferences(pod, cluster);
        if (!liking.isEmpty()) {
            views.add(new View(
                    Plugin.INTER_POD_AFFINITY, 2, Scale.STRETCHED, node -> liking.getOrDefault(node.name(), 0L)));
        }
        views.add(new View(Plugin.NODE_RESOURCES_BALANCED_ALLOCATION, 1, Scale.PLAIN, node -> balanced(demand, node)));
        return views;
    }

    private static void add(long[] sums, View view, List<NodeState> nodes) {
        long[] values = nodes.stream().mapToLong(view.score()).toArray();
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (long value : values) {
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += view.weight()
                    * switch (view.scale()) {
                        case PLAIN -> values[i];
                        case STRETCHED ->
                            lowest == highest
                                    ? 0
                                    : Math.round(MOST * ((double) values[i] - lowest) / ((double) highest - lowest));
                        case OF_HIGHEST -> highest <= 0 ? 0 : MOST * values[i] / highest;
                        case LEFT_OF_HIGHEST -> highest <= 0 ? MOST : MOST - MOST * values[i] / highest;
                    };
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
