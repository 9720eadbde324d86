package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.select.Selector;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler knows of the cluster, kept up by single changes so that no decision counts all pods again. Includes
 * pods it has just assigned and not yet seen bound. One owner; not thread-safe.
 */
public final class ClusterState {
    private final TreeMap<String, NodeState> nodes = new TreeMap<>();
    /** The nodes in the order in which they are tried; null when it has to be made anew. */
    private @Nullable NodeOrder order;

    /** Where each placed pod counts; its node may be unknown yet. */
    private final Map<ObjectKey, Placed> placed = new HashMap<>();

    /** Waiting pods for which others are on their way out of a node. */
    private final TreeMap<ObjectKey, Placed> promised = new TreeMap<>();

    private final TreeMap<ObjectKey, Loner> loners = new TreeMap<>();
    private final Function<String, Map<String, String>> namespaceLabels;
    private final Function<Pod, List<Selector>> companions;
    private final VolumeCatalog volumes;
    private final DeviceCatalog devices;

    private record Placed(Pod pod, String node, Demand demand) {}

    /** A placed pod that keeps others away by required anti-affinity. */
    public record Loner(Pod pod, String node) {}

    public ClusterState(
            Function<String, Map<String, String>> namespaceLabels,
            Function<Pod, List<Selector>> companions,
            VolumeCatalog volumes,
            DeviceCatalog devices) {
        this.namespaceLabels = namespaceLabels;
        this.companions = companions;
        this.volumes = volumes;
        this.devices = devices;
    }

    public static ClusterState of(Collection<Node> nodes, Collection<Pod> pods, Collection<Namespace> namespaces) {
        return of(nodes, pods, namespaces, VolumeCatalog.UNKNOWN, DeviceCatalog.UNKNOWN);
    }

    public static ClusterState of(
            Collection<Node> nodes,
            Collection<Pod> pods,
            Collection<Namespace> namespaces,
            VolumeCatalog volumes,
            DeviceCatalog devices) {
        var labels = new TreeMap<String, Map<String, String>>();
        namespaces.forEach(
                namespace -> labels.put(namespace.name(), namespace.metadata().labels()));
        var state = new ClusterState(name -> labels.getOrDefault(name, Map.of()), pod -> List.of(), volumes, devices);
        nodes.forEach(state::put);
        pods.forEach(pod -> state.place(pod, pod.spec().nodeName()));
        return state;
    }

    public void put(Node node) {
        NodeState known = nodes.get(node.name());
        if (known != null) {
            if (!known.labels().equals(node.metadata().labels())) {
                order = null;
            }
            known.replace(node);
            return;
        }
        order = null;
        var state = new NodeState(node);
        nodes.put(node.name(), state);
        placed.values().stream()
                .filter(one -> one.node().equals(node.name()))
                .forEach(one -> state.add(one.pod(), one.demand()));
    }

    public void removeNode(String name) {
        order = null;
        nodes.remove(name);
    }

    /** Counts {@code pod} on {@code node}, instead of where it counted before. */
    public void place(Pod pod, String node) {
        promised.remove(pod.key());
        Placed before = placed.get(pod.key());
        if (before != null && !before.node().equals(node)) {
            remove(pod.key());
        }
        Demand demand = before != null && before.pod().spec().equals(pod.spec()) ? before.demand() : Demand.of(pod);
        placed.put(pod.key(), new Placed(pod, node, demand));
        loners.remove(pod.key());
        if (pod.spec().affinity().podAntiAffinity().hasRequiredDuringSchedulingIgnoredDuringExecution()) {
            loners.put(pod.key(), new Loner(pod, node));
        }
        node(node).ifPresent(state -> state.add(pod, demand));
    }

    public void remove(ObjectKey pod) {
        promised.remove(pod);
        Placed before = placed.remove(pod);
        loners.remove(pod);
        if (before != null) {
            node(before.node()).ifPresent(state -> state.remove(pod));
        }
    }

    /** {@code pod} is to have {@code node} as soon as others have gone from it. */
    public void promise(Pod pod, String node) {
        promised.put(pod.key(), new Placed(pod, node, Demand.of(pod)));
    }

    /** Nothing is promised to {@code pod} any more. */
    public void withdraw(ObjectKey pod) {
        promised.remove(pod);
    }

    /** The node that is promised to {@code pod}. */
    public Optional<String> promisedTo(ObjectKey pod) {
        return Optional.ofNullable(promised.get(pod)).map(Placed::node);
    }

    /** The pods of less than {@code priority} to which {@code node} is promised. */
    public List<Pod> promisedBelow(int priority, String node) {
        return promised.values().stream()
                .filter(one -> one.node().equals(node) && one.pod().spec().priority() < priority)
                .map(Placed::pod)
                .toList();
    }

    /**
     * What {@code look} finds while the pods that are as important as {@code pod} count where nodes are promised to them. Without
     * promises that is what there is anyway.
     */
    public <T> T withPromises(Pod pod, Supplier<T> look) {
        List<Placed> others = promised.values().stream()
                .filter(one -> one.pod().spec().priority() >= pod.spec().priority()
                        && !one.pod().key().equals(pod.key()))
                .toList();
        others.forEach(one -> node(one.node()).ifPresent(state -> state.add(one.pod(), one.demand())));
        try {
            return look.get();
        } finally {
            others.forEach(one ->
                    node(one.node()).ifPresent(state -> state.remove(one.pod().key())));
        }
    }

    public boolean hasPromises() {
        return !promised.isEmpty();
    }

    /** The node on which {@code pod} counts. */
    public Optional<String> nodeOf(ObjectKey pod) {
        return Optional.ofNullable(placed.get(pod)).map(Placed::node);
    }

    public Optional<NodeState> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** All nodes, by name. */
    public Collection<NodeState> nodes() {
        return nodes.values();
    }

    /** All nodes in the order in which they are tried. */
    public NodeOrder order() {
        NodeOrder known = order;
        if (known == null) {
            known = NodeOrder.of(nodes.values());
            order = known;
        }
        return known;
    }

    /** The placed pods with required anti-affinity, by key. */
    public Collection<Loner> loners() {
        return loners.values();
    }

    public Map<String, String> labelsOfNamespace(String name) {
        return namespaceLabels.apply(name);
    }

    public VolumeCatalog volumes() {
        return volumes;
    }

    public DeviceCatalog devices() {
        return devices;
    }

    public List<Selector> companions(Pod pod) {
        return companions.apply(pod);
    }
}
