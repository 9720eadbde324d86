package dev.jarbor.scheduler.decision;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.dynamicresources.DeviceFilter;
import dev.jarbor.scheduler.plugins.ExtensionPoint;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Obstacle;
import dev.jarbor.scheduler.plugins.Plugin;
import dev.jarbor.scheduler.plugins.PodAffinity;
import dev.jarbor.scheduler.plugins.Recorder;
import dev.jarbor.scheduler.plugins.Recorder.Result;
import dev.jarbor.scheduler.plugins.SimpleFilters;
import dev.jarbor.scheduler.plugins.TopologySpread;
import dev.jarbor.scheduler.volumes.VolumeFilter;
import dev.jarbor.scheduler.volumes.VolumeLimits;
import dev.jarbor.scheduler.volumes.VolumeRestrictions;
import dev.jarbor.scheduler.volumes.VolumeZones;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/** One pod's look at nodes through all filters that have something to say about it. */
final class Look {
    /**
     * A filter that pods go through.
     *
     * @param prepares whether the reference's plugin looks at the pod before it looks at nodes
     */
    private record Step(Plugin plugin, boolean prepares, Filter filter) {}

    private static final List<Step> STEPS = List.of(
            new Step(Plugin.NODE_UNSCHEDULABLE, false, SimpleFilters::nodeUnschedulable),
            new Step(Plugin.NODE_NAME, false, SimpleFilters::nodeName),
            new Step(Plugin.TAINT_TOLERATION, false, SimpleFilters::taints),
            new Step(Plugin.NODE_AFFINITY, true, SimpleFilters::affinity),
            new Step(Plugin.NODE_PORTS, true, SimpleFilters::ports),
            new Step(Plugin.NODE_RESOURCES_FIT, true, SimpleFilters::resources),
            new Step(Plugin.VOLUME_RESTRICTIONS, true, VolumeRestrictions::check),
            new Step(Plugin.NODE_VOLUME_LIMITS, true, VolumeLimits::limits),
            new Step(Plugin.VOLUME_BINDING, true, VolumeFilter::filter),
            new Step(Plugin.VOLUME_ZONE, true, VolumeZones::filter),
            new Step(Plugin.POD_TOPOLOGY_SPREAD, true, TopologySpread::filter),
            new Step(Plugin.INTER_POD_AFFINITY, true, PodAffinity::filter),
            new Step(Plugin.DYNAMIC_RESOURCES, true, DeviceFilter::filter));

    private final Recorder recorder;
    private final boolean detailed;
    private final List<Asked> asked = new ArrayList<>();
    private final Set<Plugin> refusing = EnumSet.noneOf(Plugin.class);
    private Optional<String> rejection = Optional.empty();

    private static final class Asked {
        private final Plugin plugin;
        private final Filter.Check check;
        private long times;

        Asked(Plugin plugin, Filter.Check check) {
            this.plugin = plugin;
            this.check = check;
        }
    }

    /** @param detailed whether the recorder hears what single plugins take */
    Look(Pod pod, Demand demand, ClusterState cluster, Recorder recorder, boolean detailed) {
        this.recorder = recorder;
        this.detailed = detailed;
        long since = recorder.now();
        for (Step step : STEPS) {
            prepare(step, pod, demand, cluster);
            if (rejection.isPresent()) {
                break;
            }
        }
        recorder.ran(ExtensionPoint.PRE_FILTER, rejection.isPresent() ? Result.UNRESOLVABLE : Result.SUCCESS, since);
    }

    private void prepare(Step step, Pod pod, Demand demand, ClusterState cluster) {
        long since = detailed ? recorder.now() : 0;
        Filter.Check check = step.filter().forPod(pod, demand, cluster);
        boolean skipped = check.equals(Filter.Check.ANY_NODE);
        if (!skipped) {
            asked.add(new Asked(step.plugin(), check));
            rejection = check.rejection();
            rejection.ifPresent(reason -> refusing.add(step.plugin()));
        }
        if (!step.prepares()) {
            return;
        }
        if (detailed) {
            Result result = rejection.isPresent() ? Result.UNRESOLVABLE : Result.SUCCESS;
            recorder.ran(ExtensionPoint.PRE_FILTER, step.plugin(), skipped ? Result.SKIP : result, since);
        }
        if (!skipped) {
            recorder.asked(ExtensionPoint.PRE_FILTER, step.plugin(), 1);
        }
    }

    /** What stands against every node, whatever it is like. */
    Optional<String> rejection() {
        return rejection;
    }

    /** What stands against {@code node}: what the first filter says that refuses it. */
    List<Obstacle> against(NodeState node) {
        for (Asked one : asked) {
            one.times++;
            List<Obstacle> obstacles = detailed ? measured(one, node) : one.check.against(node);
            if (!obstacles.isEmpty()) {
                refusing.add(one.plugin);
                return obstacles;
            }
        }
        return List.of();
    }

    private List<Obstacle> measured(Asked one, NodeState node) {
        long since = recorder.now();
        List<Obstacle> obstacles = one.check.against(node);
        Result result = obstacles.isEmpty()
                ? Result.SUCCESS
                : obstacles.stream().allMatch(Obstacle::helpedByPreemption)
                        ? Result.UNSCHEDULABLE
                        : Result.UNRESOLVABLE;
        recorder.ran(ExtensionPoint.FILTER, one.plugin, result, since);
        return obstacles;
    }

    /** How much the pod likes the nodes that nothing stands against; empty where no filter has found a difference. */
    Optional<ToLongFunction<NodeState>> preference() {
        return asked.stream().flatMap(one -> one.check.preference().stream()).findFirst();
    }

    /** What is done for a pod that found no node; asked after all nodes have been looked at. */
    Optional<Filter.Remedy> remedy() {
        return asked.stream().flatMap(one -> one.check.remedy().stream()).findFirst();
    }

    /** The plugins that refused any node so far. */
    Set<Plugin> refusing() {
        return Set.copyOf(refusing);
    }

    /** All nodes have been looked at. */
    void end() {
        asked.stream()
                .filter(one -> one.times > 0)
                .forEach(one -> recorder.asked(ExtensionPoint.FILTER, one.plugin, one.times));
    }
}
