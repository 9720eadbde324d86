package dev.jarbor.scheduler.decision;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeOrder;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.plugins.ExtensionPoint;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.FilterFailedException;
import dev.jarbor.scheduler.plugins.Obstacle;
import dev.jarbor.scheduler.plugins.Plugin;
import dev.jarbor.scheduler.plugins.Recorder;
import dev.jarbor.scheduler.plugins.Recorder.Result;
import dev.jarbor.scheduler.plugins.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Chooses the node of a pod: the filters leave the nodes it may go to, the scores the best of them, chance one of the
 * equally good. In large clusters not all nodes are tried: the next pod begins with those that were left out. Nothing else
 * is kept: the same pod, state and chance give the same node.
 */
public final class Decider {
    /** Of how many decisions one is told with all that single plugins take. */
    private static final int DETAILED = 10;

    private final RandomGenerator random;
    private final Recorder recorder;
    /** The place in the order of the nodes with which the next pod begins. */
    private int begin;

    private int decisions;

    public Decider(RandomGenerator random) {
        this(random, Recorder.NONE);
    }

    public Decider(RandomGenerator random, Recorder recorder) {
        this.random = random;
        this.recorder = recorder;
    }

    /** What was found of the nodes that were tried: all, where none is feasible. */
    private record Found(
            List<NodeState> feasible,
            Map<String, Integer> reasons,
            List<String> helped,
            Set<Plugin> refusing,
            Optional<Filter.Remedy> remedy,
            int tried) {}

    public Decision decide(Pod pod, ClusterState cluster) {
        if (cluster.nodes().isEmpty()) {
            return new Decision.Unschedulable(
                    "no nodes available to schedule pods", "", List.of(), Set.of(), Optional.empty());
        }
        boolean detailed = !recorder.equals(Recorder.NONE) && decisions++ % DETAILED == 0;
        Demand demand = Demand.of(pod);
        var look = new Look(pod, demand, cluster, recorder, detailed);
        if (look.rejection().isPresent()) {
            int nodes = cluster.nodes().size();
            String available = "0/" + nodes + " nodes are available: ";
            return new Decision.Unschedulable(
                    available + look.rejection().get() + ".",
                    available + nodes + " Preemption is not helpful for scheduling.",
                    List.of(),
                    look.refusing(),
                    look.remedy());
        }
        long since = recorder.now();
        try {
            Found found = find(pod, demand, look, cluster, detailed);
            recorder.ran(ExtensionPoint.FILTER, Result.SUCCESS, since);
            begin = (begin + found.tried()) % cluster.nodes().size();
            return found.feasible().isEmpty()
                    ? unschedulable(cluster.nodes().size(), found)
                    : assign(pod, demand, found, look, cluster, detailed);
        } catch (FilterFailedException failed) {
            recorder.ran(ExtensionPoint.FILTER, Result.ERROR, since);
            return new Decision.Failed(failed.reason());
        } finally {
            look.end();
        }
    }

    private Decision assign(Pod pod, Demand demand, Found found, Look look, ClusterState cluster, boolean detailed) {
        Optional<String> own = cluster.promisedTo(pod.key())
                .filter(node ->
                        found.feasible().stream().anyMatch(each -> each.name().equals(node)));
        return new Decision.Assign(own.orElseGet(() ->
                best(pod, demand, found.feasible(), look, cluster, detailed).name()));
    }

    /** A node that is promised to others has to be free with them and without them: they may never come. */
    private Found find(Pod pod, Demand demand, Look look, ClusterState cluster, boolean detailed) {
        if (!cluster.hasPromises()) {
            return find(look, cluster);
        }
        Found crowded = cluster.withPromises(pod, () -> {
            var withOthers = new Look(pod, demand, cluster, recorder, detailed);
            Found found = find(withOthers, cluster);
            withOthers.end();
            return found;
        });
        List<NodeState> free = crowded.feasible().stream()
                .filter(node -> look.against(node).isEmpty())
                .toList();
        return free.isEmpty() && !crowded.feasible().isEmpty()
                ? find(look, cluster)
                : new Found(
                        free,
                        crowded.reasons(),
                        crowded.helped(),
                        crowded.refusing(),
                        crowded.remedy(),
                        crowded.tried());
    }

    private Found find(Look look, ClusterState cluster) {
        var feasible = new ArrayList<NodeState>();
        var reasons = new TreeMap<String, Integer>();
        var helped = new ArrayList<String>();
        NodeOrder order = cluster.order();
        int enough = order.enough();
        int tried = 0;
        while (tried < order.size() && feasible.size() < enough) {
            NodeState node = order.at(begin + tried++);
            List<Obstacle> obstacles = look.against(node);
            if (obstacles.isEmpty()) {
                feasible.add(node);
            } else {
                obstacles.forEach(obstacle -> reasons.merge(obstacle.reason(), 1, Integer::sum));
                if (obstacles.stream().allMatch(Obstacle::helpedByPreemption)) {
                    helped.add(node.name());
                }
            }
        }
        return new Found(feasible, reasons, helped, look.refusing(), look.remedy(), tried);
    }

    /** What stands against {@code node}: what the first filter says that refuses it. */
    public static List<Obstacle> obstacles(Pod pod, ClusterState cluster, NodeState node) {
        var look = new Look(pod, Demand.of(pod), cluster, Recorder.NONE, false);
        try {
            return look.rejection()
                    .map(reason -> List.of(new Obstacle(reason, false)))
                    .orElseGet(() -> look.against(node));
        } catch (FilterFailedException failed) {
            return List.of(new Obstacle(failed.reason(), false));
        }
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
                found.refusing(),
                found.remedy());
    }

    private NodeState best(
            Pod pod, Demand demand, List<NodeState> feasible, Look look, ClusterState cluster, boolean detailed) {
        if (feasible.size() == 1) {
            return feasible.getFirst();
        }
        long[] scores = Scores.of(pod, demand, feasible, cluster, look.preference(), recorder, detailed);
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
