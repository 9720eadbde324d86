package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A node, the pods on it, and the running sum of what they need. Owned by its {@link ClusterState}. */
public final class NodeState {
    private Node node;
    private Map<String, String> labels;
    private Amounts allocatable;
    private final TreeMap<ObjectKey, Pod> pods = new TreeMap<>();
    private final Map<ObjectKey, Demand> demands = new TreeMap<>();
    /** How many pods there are of each kind that no selector can tell apart, without those that are being deleted. */
    private final Map<Alike, Integer> alike = new LinkedHashMap<>();

    private Amounts requested = Amounts.NONE;
    private Amounts assumed = Amounts.NONE;

    /** The pods of one namespace with the same labels. */
    private record Alike(String namespace, ObjectValue labels) {
        static Alike of(Pod pod) {
            return new Alike(pod.namespace(), pod.value().object("metadata").object("labels"));
        }
    }

    public NodeState(Node node) {
        this.node = node;
        this.labels = node.metadata().labels();
        this.allocatable = Amounts.of(node.status().allocatable());
    }

    void replace(Node changed) {
        node = changed;
        labels = changed.metadata().labels();
        allocatable = Amounts.of(changed.status().allocatable());
    }

    /** Counts {@code pod}, which needs {@code demand}, instead of what was known of it. */
    void add(Pod pod, Demand demand) {
        Pod before = pods.put(pod.key(), pod);
        if (before != null) {
            forget(before);
        }
        if (!pod.metadata().hasDeletionTimestamp()) {
            alike.merge(Alike.of(pod), 1, Integer::sum);
        }
        Demand was = demands.put(pod.key(), demand);
        if (demand.equals(was)) {
            return;
        }
        release(was);
        requested = requested.plus(demand.requests());
        assumed = assumed.plus(demand.assumed());
    }

    void remove(ObjectKey key) {
        Pod before = pods.remove(key);
        if (before != null) {
            forget(before);
            release(demands.remove(key));
        }
    }

    private void forget(Pod pod) {
        if (!pod.metadata().hasDeletionTimestamp()) {
            Alike kind = Alike.of(pod);
            int left = alike.getOrDefault(kind, 0) - 1;
            if (left > 0) {
                alike.put(kind, left);
            } else {
                alike.remove(kind);
            }
        }
    }

    private void release(@Nullable Demand demand) {
        if (demand != null) {
            requested = requested.minus(demand.requests());
            assumed = assumed.minus(demand.assumed());
        }
    }

    /** How many pods of {@code namespace} that are not being deleted {@code selector} selects. */
    public long count(String namespace, Selector selector) {
        long count = 0;
        for (Map.Entry<Alike, Integer> some : alike.entrySet()) {
            if (some.getKey().namespace().equals(namespace)
                    && selector.matches(some.getKey().labels().strings())) {
                count += some.getValue();
            }
        }
        return count;
    }

    public Node node() {
        return node;
    }

    public String name() {
        return node.name();
    }

    public Map<String, String> labels() {
        return labels;
    }

    public Amounts allocatable() {
        return allocatable;
    }

    public Amounts requested() {
        return requested;
    }

    public Amounts assumed() {
        return assumed;
    }

    public Collection<Pod> pods() {
        return pods.values();
    }

    public boolean collides(Demand.HostPort port) {
        return demands.values().stream()
                .flatMap(demand -> demand.hostPorts().stream())
                .anyMatch(port::collidesWith);
    }
}
