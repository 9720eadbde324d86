package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.cluster.VolumeCatalog;
import dev.jarbor.scheduler.decision.Decider;
import dev.jarbor.scheduler.decision.Decision;
import dev.jarbor.scheduler.dynamicresources.ImaginedDevices;
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
    private final ImaginedDevices devices;
    private final Decider decider;

    private SchedulingSimulation(ClusterState cluster, ImaginedDevices devices, Decider decider) {
        this.cluster = cluster;
        this.devices = devices;
        this.decider = decider;
    }

    /**
     * @param pods those that have a node count on it
     * @param devices with the claims that the pods have
     * @param random chooses between nodes that are equally good
     */
    public static SchedulingSimulation of(
            Collection<Node> nodes,
            Collection<Pod> pods,
            Collection<Namespace> namespaces,
            ImaginedDevices devices,
            RandomGenerator random) {
        return new SchedulingSimulation(
                ClusterState.of(nodes, pods, namespaces, VolumeCatalog.UNKNOWN, devices), devices, new Decider(random));
    }

    /** Adds a node without pods. */
    public void add(Node node) {
        cluster.put(node);
    }

    /**
     * Adds a node without pods.
     *
     * @param slices what its drivers publish
     */
    public void add(Node node, Collection<ResourceSlice> slices) {
        cluster.put(node);
        devices.publish(slices);
    }

    /** Takes a node away, with its devices; its pods count nowhere. */
    public void remove(String node) {
        empty(node);
        devices.withdraw(node);
    }

    /** Takes a node away whose devices may be there again in a moment; its pods count nowhere. */
    private void empty(String node) {
        List<Pod> pods = cluster.node(node).stream()
                .flatMap(state -> state.pods().stream())
                .toList();
        pods.forEach(pod -> {
            cluster.remove(pod.key());
            devices.giveBack(pod);
        });
        cluster.removeNode(node);
    }

    /**
     * Empties a node and takes it away, if each of {@code moved} finds room elsewhere; otherwise nothing is changed.
     *
     * @param meanwhile what the node is like while it is emptied: it still counts where pods are spread over nodes
     * @param wanted the nodes that may take them, by name
     */
    public boolean drain(Node node, Node meanwhile, List<Pod> moved, Predicate<String> wanted) {
        String name = node.name();
        List<Pod> all = cluster.node(name).stream()
                .flatMap(state -> state.pods().stream())
                .toList();
        ImaginedDevices.Moment before = devices.moment();
        empty(name);
        add(meanwhile);
        for (Pod pod : moved) {
            if (placeOn(pod, wanted).isEmpty()) {
                empty(name);
                add(node);
                all.forEach(one -> cluster.place(one, name));
                devices.backTo(before);
                return false;
            }
        }
        remove(name);
        return true;
    }

    /** Counts {@code pod} on {@code node}, where it fits. */
    public void put(Pod pod, String node) {
        cluster.node(node).ifPresent(state -> devices.take(unplaced(pod), state));
        cluster.place(pod, node);
    }

    /** Puts {@code pod} where the scheduler would; empty where it finds no node. */
    public Optional<String> place(Pod pod) {
        if (decider.decide(unplaced(pod), cluster) instanceof Decision.Assign(String node)) {
            put(pod, node);
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
        found.ifPresent(node -> put(pod, node));
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
     * How much of what a node has is asked for, each from 0 to 1, or above where more is asked for than there is. Of a node
     * with devices these alone count. As text it is as the reference's events show it.
     *
     * @param devices of the pool of devices of which most are taken
     * @param resource which of them says how much the node is used: a resource, or a pool of devices
     */
    public record Utilization(double cpu, double memory, double devices, String resource) {
        public static Utilization of(double cpu, double memory) {
            return new Utilization(cpu, memory, 0, cpu > memory ? "cpu" : "memory");
        }

        /** The share of that of which the most is asked for. */
        public double share() {
            return Math.max(devices, Math.max(cpu, memory));
        }

        @Override
        public String toString() {
            return "{" + text(cpu) + " " + text(memory) + " 0 " + text(devices) + " " + resource + " " + text(share())
                    + "}";
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
        Optional<ImaginedDevices.Use> use = devices.use(node);
        if (use.isPresent()) {
            return new Utilization(0, 0, use.get().share(), use.get().pool());
        }
        return cluster.node(node).map(state -> utilization(state, counted)).orElse(Utilization.of(0, 0));
    }

    private static Utilization utilization(NodeState state, Predicate<Pod> counted) {
        Amounts asked = state.pods().stream()
                .filter(counted)
                .map(pod -> Demand.of(pod).requests())
                .reduce(Amounts.NONE, Amounts::plus);
        return Utilization.of(share(asked, state, Amounts.CPU), share(asked, state, Amounts.MEMORY));
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
