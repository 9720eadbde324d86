package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Chooses the node of a pod: the filters leave the nodes it may go to, the scores the best of them, chance one of the
 * equally good. Pure: the same pod, state and chance give the same node.
 */
final class Decider {
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
            PodAffinity::filter);

    private final RandomGenerator random;

    Decider(RandomGenerator random) {
        this.random = random;
    }

    Decision decide(Pod pod, ClusterState cluster) {
        if (cluster.nodes().isEmpty()) {
            return new Decision.Unschedulable("no nodes available to schedule pods");
        }
        Demand demand = Demand.of(pod);
        List<Filter.Check> checks = FILTERS.stream()
                .map(filter -> filter.forPod(pod, demand, cluster))
                .toList();
        Optional<String> rejection =
                checks.stream().flatMap(check -> check.rejection().stream()).findFirst();
        if (rejection.isPresent()) {
            int nodes = cluster.nodes().size();
            return new Decision.Unschedulable(rejected(nodes, rejection.get()));
        }
        var feasible = new ArrayList<NodeState>();
        var reasons = new TreeMap<String, Integer>();
        int beyondPreemption = 0;
        for (NodeState node : cluster.nodes()) {
            List<Obstacle> obstacles = firstObstacles(checks, node);
            if (obstacles.isEmpty()) {
                feasible.add(node);
            } else {
                obstacles.forEach(obstacle -> reasons.merge(obstacle.reason(), 1, Integer::sum));
                if (!obstacles.stream().allMatch(Obstacle::helpedByPreemption)) {
                    beyondPreemption++;
                }
            }
        }
        return feasible.isEmpty()
                ? new Decision.Unschedulable(message(cluster.nodes().size(), reasons, beyondPreemption))
                : new Decision.Assign(best(pod, demand, feasible, cluster).name());
    }

    /** What stands against {@code node}: what the first filter says that refuses it. */
    static List<Obstacle> obstacles(Pod pod, ClusterState cluster, NodeState node) {
        Demand demand = Demand.of(pod);
        return firstObstacles(
                FILTERS.stream()
                        .map(filter -> filter.forPod(pod, demand, cluster))
                        .toList(),
                node);
    }

    private static String rejected(int nodes, String reason) {
        String available = "0/" + nodes + " nodes are available: ";
        return available + reason + ". preemption: " + available + nodes + " Preemption is not helpful for scheduling.";
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

    private static String message(int nodes, Map<String, Integer> reasons, int beyondPreemption) {
        String available = "0/" + nodes + " nodes are available: ";
        List<String> counts = reasons.entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .sorted()
                .toList();
        var preemption = new ArrayList<String>();
        if (nodes > beyondPreemption) {
            preemption.add((nodes - beyondPreemption) + " No preemption victims found for incoming pod");
        }
        if (beyondPreemption > 0) {
            preemption.add(beyondPreemption + " Preemption is not helpful for scheduling");
        }
        preemption.sort(null);
        return available + String.join(", ", counts) + ". preemption: " + available + String.join(", ", preemption)
                + ".";
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
