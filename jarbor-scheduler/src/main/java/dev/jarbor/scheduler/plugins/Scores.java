package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.plugins.Recorder.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * How good each feasible node is: the sum of what the plugins say, weighted as by the reference's default profile.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
public final class Scores {
    private Scores() {}

    /**
     * What one plugin says.
     *
     * @param prepares whether the reference's plugin looks at the pod before it looks at nodes
     */
    private record View(Plugin plugin, long weight, boolean prepares, Score score) {
        View(Plugin plugin, long weight, Score score) {
            this(plugin, weight, true, score);
        }
    }

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
        devices.ifPresent(liking -> views.add(new View(Plugin.DYNAMIC_RESOURCES, 2, Score.ofHighest(liking))));
        views.stream()
                .filter(View::prepares)
                .forEach(view -> recorder.asked(ExtensionPoint.PRE_SCORE, view.plugin(), 1));
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
        views.add(
                new View(Plugin.TAINT_TOLERATION, 3, Score.leftOfHighest(node -> SimpleFilters.unwelcome(pod, node))));
        if (!pod.spec()
                .affinity()
                .nodeAffinity()
                .preferredDuringSchedulingIgnoredDuringExecution()
                .isEmpty()) {
            views.add(new View(Plugin.NODE_AFFINITY, 2, Score.ofHighest(node -> NodeAffinity.preference(pod, node))));
        }
        views.add(new View(
                Plugin.NODE_RESOURCES_FIT, 1, Score.plain(node -> NodeResources.leastAllocated(demand, node))));
        SpreadScore.of(pod, cluster).ifPresent(score -> views.add(new View(Plugin.POD_TOPOLOGY_SPREAD, 2, score)));
        PodAffinityScore.of(pod, cluster).ifPresent(score -> views.add(new View(Plugin.INTER_POD_AFFINITY, 2, score)));
        if (NodeResources.weighs(demand)) {
            views.add(new View(
                    Plugin.NODE_RESOURCES_BALANCED_ALLOCATION,
                    1,
                    Score.plain(node -> NodeResources.balancedAllocation(demand, node))));
        }
        views.add(new View(Plugin.IMAGE_LOCALITY, 1, false, ImageLocality.of(pod, cluster)));
        return views;
    }

    private static void add(long[] sums, View view, List<NodeState> nodes) {
        long[] scores = view.score().of(nodes);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += view.weight() * scores[i];
        }
    }
}
