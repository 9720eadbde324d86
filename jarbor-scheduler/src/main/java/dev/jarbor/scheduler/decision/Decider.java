package dev.jarbor.scheduler.decision;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeOrder;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.dynamicresources.DeviceFilter;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.FilterFailedException;
import dev.jarbor.scheduler.plugins.Obstacle;
import dev.jarbor.scheduler.plugins.PodAffinity;
import dev.jarbor.scheduler.plugins.Scores;
import dev.jarbor.scheduler.plugins.SimpleFilters;
import dev.jarbor.scheduler.plugins.TopologySpread;
import dev.jarbor.scheduler.volumes.VolumeFilter;
import dev.jarbor.scheduler.volumes.VolumeLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Chooses the node of a pod: the filters leave the nodes it may go to, the scores the best of them, chance one of the
 * equally good. In large clusters not all nodes are tried: the next pod begins with those that were left out. Nothing else
 * is kept: the same pod, state and chance give the same node.
 */
public final class Decider {
    private static final List<Filter> FILTERS = List.of(
            SimpleFilters::nodeUnschedulable,
            SimpleFilters::nodeName,
            SimpleFilters::taints,
            SimpleFilters::affinity,
            SimpleFilters::ports,
            SimpleFilters::resources,
            VolumeLimits::restrictions,
            VolumeLimits::limits,
            VolumeFilter::filter,
            TopologySpread::filter,
            PodAffinity::filter,
            DeviceFilter::filter);

    private final RandomGenerator random;
    /** The place in the order of the nodes with which the next pod begins. */
    private int begin;

    public Decider(RandomGenerator random) {
        this.random = random;
    }

    /** What was found of the nodes that were tried: all, where none is feasible. */
    private record Found(
            List<NodeState> feasible,
            Map<String, Integer> reasons,
            List<String> helped,
            Optional<Filter.Remedy> remedy,
            int tried) {}

    public Decision decide(Pod pod, ClusterState cluster) {
        if (cluster.nodes().isEmpty()) {
            return new Decision.Unschedulable("no nodes available to schedule pods", "", List.of(), Optional.empty());
        }
        Demand demand = Demand.of(pod);
        int nodes = cluster.nodes().size();
        List<Filter.Check> checks = checks(pod, demand, cluster);
        Optional<String> rejection =
                checks.stream().flatMap(check -> check.rejection().stream()).findFirst();
        if (rejection.isPresent()) {
            String available = "0/" + nodes + " nodes are available: ";
            return new Decision.Unschedulable(
                    available + rejection.get() + ".",
                    available + nodes + " Preemption is not helpful for scheduling.",
                    List.of(),
                    remedy(checks));
        }
        try {
            return choose(pod, demand, checks, cluster);
        } catch (FilterFailedException failed) {
            return new Decision.Failed(failed.reason());
        }
    }

    private Decision choose(Pod pod, Demand demand, List<Filter.Check> checks, ClusterState cluster) {
        Found found = find(pod, demand, checks, cluster);
        begin = (begin + found.tried()) % cluster.nodes().size();
        if (found.feasible().isEmpty()) {
            return unschedulable(cluster.nodes().size(), found);
        }
        Optional<String> own = cluster.promisedTo(pod.key())
                .filter(node ->
                        found.feasible().stream().anyMatch(each -> each.name().equals(node)));
        return new Decision.Assign(
                own.orElseGet(() -> best(pod, demand, found.feasible(), cluster).name()));
    }

    /** A node that is promised to others has to be free with them and without them: they may never come. */
    private Found find(Pod pod, Demand demand, List<Filter.Check> checks, ClusterState cluster) {
        if (!cluster.hasPromises()) {
            return find(checks, cluster);
        }
        Found crowded = cluster.withPromises(pod, () -> find(checks(pod, demand, cluster), cluster));
        List<NodeState> free = crowded.feasible().stream()
                .filter(node -> firstObstacles(checks, node).isEmpty())
                .toList();
        return free.isEmpty() && !crowded.feasible().isEmpty()
                ? find(checks, cluster)
                : new Found(free, crowded.reasons(), crowded.helped(), crowded.remedy(), crowded.tried());
    }

    private Found find(List<Filter.Check> checks, ClusterState cluster) {
        var feasible = new ArrayList<NodeState>();
        var reasons = new TreeMap<String, Integer>();
        var helped = new ArrayList<String>();
        NodeOrder order = cluster.order();
        int enough = order.enough();
        int tried = 0;
        while (tried < order.size() && feasible.size() < enough) {
            NodeState node = order.at(begin + tried++);
            List<Obstacle> obstacles = firstObstacles(checks, node);
            if (obstacles.isEmpty()) {
                feasible.add(node);
            } else {
                obstacles.forEach(obstacle -> reasons.merge(obstacle.reason(), 1, Integer::sum));
                if (obstacles.stream().allMatch(Obstacle::helpedByPreemption)) {
                    helped.add(node.name());
                }
            }
        }
        return new Found(feasible, reasons, helped, remedy(checks), tried);
    }

    private static Optional<Filter.Remedy> remedy(List<Filter.Check> checks) {
        return checks.stream().flatMap(check -> check.remedy().stream()).findFirst();
    }

    private static List<Filter.Check> checks(Pod pod, Demand demand, ClusterState cluster) {
        return FILTERS.stream()
                .map(filter -> filter.forPod(pod, demand, cluster))
                .toList();
    }

    /** What stands against {@code node}: what the first filter says that refuses it. */
    public static List<Obstacle> obstacles(Pod pod, ClusterState cluster, NodeState node) {
        try {
            return firstObstacles(checks(pod, Demand.of(pod), cluster), node);
        } catch (FilterFailedException failed) {
            return List.of(new Obstacle(failed.reason(), false));
        }
    }

    private static List<Obstacle> firstObstacles(List<Filter.Check> checks, NodeState node) {
        for (Filter.Check check : checks) {
            List<Obstacle> obstacles = check.against(node);
            if (!obstacles.isEmpty()) {
                return obstacles;
            }
        }
        return List.of();
    }

    private static Decision unschedulable(int nodes, Found found) {
        String available = "0/" + nodes + " nodes are available: ";
        List<String> counts = found.reasons().entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .sorted()
                .toList();
        int helped = found.helped().size();
        var preemption = new ArrayList<String>();
        if (helped > 0) {
            preemption.add(helped + " No preemption victims found for incoming pod");
        }
        if (nodes > helped) {
            preemption.add((nodes - helped) + " Preemption is not helpful for scheduling");
        }
        preemption.sort(null);
        return new Decision.Unschedulable(
                available + String.join(", ", counts) + ".",
                available + String.join(", ", preemption) + ".",
                found.helped(),
                found.remedy());
    }

    private NodeState best(Pod pod, Demand demand, List<NodeState> feasible, ClusterState cluster) {
        if (feasible.size() == 1) {
            return feasible.getFirst();
        }
        long[] scores = Scores.of(pod, demand, feasible, cluster);
        NodeState best = feasible.getFirst();
        long highest = Long.MIN_VALUE;
        int equals = 0;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > highest) {
                highest = scores[i];
                best = feasible.get(i);
                equals = 1;
            } else if (scores[i] == highest && random.nextInt(++equals) == 0) {
                best = feasible.get(i);
            }
        }
        return best;
    }
}
