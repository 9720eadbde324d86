package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.decision.Decider;
import dev.jarbor.scheduler.decision.Decision;
import dev.jarbor.scheduler.plugins.Obstacle;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Where the scheduler would put pods in a cluster that is imagined: the same filters over nodes and pods that are given.
 * Nothing is written. One owner; not thread-safe.
 */
public final class SchedulingSimulation {
    private final ClusterState cluster;
    private final Decider decider;

    private SchedulingSimulation(ClusterState cluster, Decider decider) {
        this.cluster = cluster;
        this.decider = decider;
    }

    /**
     * @param pods those that have a node count on it
     * @param random chooses between nodes that are equally good
     */
    public static SchedulingSimulation of(
            Collection<Node> nodes, Collection<Pod> pods, Collection<Namespace> namespaces, RandomGenerator random) {
        return new SchedulingSimulation(ClusterState.of(nodes, pods, namespaces), new Decider(random));
    }

    /** Adds a node without pods. */
    public void add(Node node) {
        cluster.put(node);
    }

    /** Takes a node away; its pods count nowhere. */
    public void remove(String node) {
        List<ObjectKey> pods = cluster.node(node).stream()
                .flatMap(state -> state.pods().stream())
                .map(Pod::key)
                .toList();
        pods.forEach(cluster::remove);
        cluster.removeNode(node);
    }

    /** Counts {@code pod} on {@code node}, whether it fits there or not. */
    public void put(Pod pod, String node) {
        cluster.place(pod, node);
    }

    /** Puts {@code pod} where the scheduler would; empty where it finds no node. */
    public Optional<String> place(Pod pod) {
        if (decider.decide(unplaced(pod), cluster) instanceof Decision.Assign(String node)) {
            cluster.place(pod, node);
            return Optional.of(node);
        }
        return Optional.empty();
    }

    /** Puts {@code pod} on the first node of those that {@code wanted} holds for on which it fits, by name. */
    public Optional<String> placeOn(Pod pod, Predicate<String> wanted) {
        Optional<String> found = cluster.nodes().stream()
                .map(NodeState::name)
                .filter(wanted)
                .filter(node -> obstacles(pod, node).isEmpty())
                .findFirst();
        found.ifPresent(node -> cluster.place(pod, node));
        return found;
    }

    /** What keeps {@code pod} from {@code node}, in the scheduler's words; nothing where it fits. */
    public List<String> obstacles(Pod pod, String node) {
        return cluster.node(node)
                .map(state -> Decider.obstacles(unplaced(pod), cluster, state).stream()
                        .map(Obstacle::reason)
                        .toList())
                .orElse(List.of("node not found"));
    }

    private static Pod unplaced(Pod pod) {
        return pod.spec().nodeName().isEmpty() ? pod : pod.withSpec(pod.spec().withoutNodeName());
    }

    /**
     * How much of what a node has for pods is asked for, each from 0 to 1, or above where more is asked for than there is.
     * As text it is as the reference's events show it.
     */
    public record Utilization(double cpu, double memory) {
        /** The share of the resource of which the most is asked for. */
        public double share() {
            return Math.max(cpu, memory);
        }

        @Override
        public String toString() {
            return "{" + text(cpu) + " " + text(memory) + " 0 0 " + (cpu > memory ? "cpu" : "memory") + " "
                    + text(share()) + "}";
        }

        private static String text(double share) {
            return share == 0
                    ? "0"
                    : new BigDecimal(Double.toString(share))
                            .stripTrailingZeros()
                            .toPlainString();
        }
    }

    /** @param counted which pods count */
    public Utilization utilization(String node, Predicate<Pod> counted) {
        return cluster.node(node).map(state -> utilization(state, counted)).orElse(new Utilization(0, 0));
    }

    private static Utilization utilization(NodeState state, Predicate<Pod> counted) {
        Amounts asked = state.pods().stream()
                .filter(counted)
                .map(pod -> Demand.of(pod).requests())
                .reduce(Amounts.NONE, Amounts::plus);
        return new Utilization(share(asked, state, Amounts.CPU), share(asked, state, Amounts.MEMORY));
    }

    private static double share(Amounts asked, NodeState state, String resource) {
        long all = state.allocatable().get(resource);
        return all == 0 ? 0 : (double) asked.get(resource) / all;
    }

    /** How much of a node pods ask for together: the shares of processor and memory added up. */
    public static double size(Pod pod, Node node) {
        Amounts asked = Demand.of(pod).requests();
        var state = new NodeState(node);
        return share(asked, state, Amounts.CPU) + share(asked, state, Amounts.MEMORY);
    }
}
