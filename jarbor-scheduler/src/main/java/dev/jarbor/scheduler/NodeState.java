package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** A node, the pods on it, and the running sum of what they need. Owned by its {@link ClusterState}. */
final class NodeState {
    private Node node;
    private Amounts allocatable;
    private final TreeMap<ObjectKey, Pod> pods = new TreeMap<>();
    private final Map<ObjectKey, Demand> demands = new TreeMap<>();
    private Amounts requested = Amounts.NONE;
    private Amounts assumed = Amounts.NONE;

    NodeState(Node node) {
        this.node = node;
        this.allocatable = Amounts.of(node.status().allocatable());
    }

    void replace(Node changed) {
        node = changed;
        allocatable = Amounts.of(changed.status().allocatable());
    }

    void add(Pod pod, Demand demand) {
        remove(pod.key());
        pods.put(pod.key(), pod);
        demands.put(pod.key(), demand);
        requested = requested.plus(demand.requests());
        assumed = assumed.plus(demand.assumed());
    }

    void remove(ObjectKey key) {
        Demand demand = demands.remove(key);
        if (demand != null) {
            pods.remove(key);
            requested = requested.minus(demand.requests());
            assumed = assumed.minus(demand.assumed());
        }
    }

    Node node() {
        return node;
    }

    String name() {
        return node.name();
    }

    Map<String, String> labels() {
        return node.metadata().labels();
    }

    Amounts allocatable() {
        return allocatable;
    }

    Amounts requested() {
        return requested;
    }

    Amounts assumed() {
        return assumed;
    }

    Collection<Pod> pods() {
        return pods.values();
    }

    boolean collides(Demand.HostPort port) {
        return demands.values().stream()
                .flatMap(demand -> demand.hostPorts().stream())
                .anyMatch(port::collidesWith);
    }
}
