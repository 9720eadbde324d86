package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodAffinityTerm;
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
    private final Attractions attractions = new Attractions();
    private final Images images = new Images();
    private final Function<String, Map<String, String>> namespaceLabels;
    private final Function<Pod, Optional<Selector>> companions;
    private final VolumeCatalog volumes;
    private final DeviceCatalog devices;

    private record Placed(Pod pod, String node, Demand demand, List<Attraction> attractions) {}

    /** A placed pod that keeps others away by required anti-affinity. */
    public record Loner(Pod pod, String node, List<AffinityTerm> terms) {
        public Loner {
            terms = List.copyOf(terms);
        }

        static Loner of(Pod pod, String node) {
            List<PodAffinityTerm> terms =
                    pod.spec().affinity().podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution();
            return new Loner(pod, node, AffinityTerm.of(terms, pod));
        }
    }

    public ClusterState(
            Function<String, Map<String, String>> namespaceLabels,
            Function<Pod, Optional<Selector>> companions,
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
        var state = new ClusterState(
                name -> labels.getOrDefault(name, Map.of()), pod -> Optional.empty(), volumes, devices);
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
            images.replace(known.node(), node);
            known.replace(node);
            return;
        }
        order = null;
        images.add(node);
        var state = new NodeState(node);
        nodes.put(node.name(), state);
        placed.values().stream()
                .filter(one -> one.node().equals(node.name()))
                .forEach(one -> state.add(one.pod(), one.demand()));
    }

    public void removeNode(String name) {
        order = null;
        NodeState gone = nodes.remove(name);
        if (gone != null) {
            images.remove(gone.node());
        }
    }

    /** Counts {@code pod} on {@code node}, instead of where it counted before. */
    public void place(Pod pod, String node) {
        promised.remove(pod.key());
        Placed before = placed.get(pod.key());
        Placed now = placed(pod, node, before);
        if (before != null && !before.node().equals(node)) {
            remove(pod.key());
        } else if (before != null) {
            attractions.remove(before.attractions(), node);
        }
        placed.put(pod.key(), now);
        attractions.add(now.attractions(), node);
        loners.remove(pod.key());
        if (pod.spec().affinity().podAntiAffinity().hasRequiredDuringSchedulingIgnoredDuringExecution()) {
            loners.put(pod.key(), Loner.of(pod, node));
        }
        node(node).ifPresent(state -> state.add(pod, now.demand()));
    }

    /** What follows from the pod is not worked out again where that is as it was. */
    private static Placed placed(Pod pod, String node, @Nullable Placed before) {
        if (before == null || !before.pod().spec().equals(pod.spec())) {
            return new Placed(pod, node, Demand.of(pod), Attraction.placed(pod));
        }
        Demand demand = Demand.isHeld(before.pod()) || Demand.isHeld(pod) ? Demand.of(pod) : before.demand();
        boolean alike = before.pod().metadata().labels().equals(pod.metadata().labels());
        return new Placed(pod, node, demand, alike ? before.attractions() : Attraction.placed(pod));
    }

    public void remove(ObjectKey pod) {
        promised.remove(pod);
        Placed before = placed.remove(pod);
        loners.remove(pod);
        if (before != null) {
            attractions.remove(before.attractions(), before.node());
            node(before.node()).ifPresent(state -> state.remove(pod));
        }
    }

    /** {@code pod} is to have {@code node} as soon as others have gone from it. */
    public void promise(Pod pod, String node) {
        promised.put(pod.key(), new Placed(pod, node, Demand.of(pod), List.of()));
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

    /** What placed pods prefer or need near them. */
    public Attractions attractions() {
        return attractions;
    }

    public Images images() {
        return images;
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

    /** Which pods are to be spread with a pod that does not say so itself. */
    public Optional<Selector> companions(Pod pod) {
        return companions.apply(pod);
    }
}
