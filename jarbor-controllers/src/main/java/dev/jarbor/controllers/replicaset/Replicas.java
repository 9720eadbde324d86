package dev.jarbor.controllers.replicaset;

import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.DeletionOrder;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The decision of one pass over a ReplicaSet: how many pods to create, or which to delete.
 *
 * @param create how many are missing, at most {@link #BURST}
 * @param delete the ones too many, at most {@link #BURST}, first to go first
 */
record Replicas(int create, List<Pod> delete) {
    /** How many pods one pass creates or deletes at most; the next pass continues. */
    static final int BURST = 500;

    static final Replicas ENOUGH = new Replicas(0, List.of());

    /**
     * @param owner the set
     * @param pods what it owns, in any state
     * @param family the pods of all sets that share its controller, its own included: pods that serve together, of which
     *     those that crowd a node go first; asked for only where some have to go
     */
    static Replicas decide(ReplicaSet owner, List<Pod> pods, Supplier<List<Pod>> family, Instant now) {
        if (Ownership.isDeleting(owner)) {
            return ENOUGH;
        }
        List<Pod> active = pods.stream().filter(PodState::isActive).toList();
        int missing = owner.spec().replicasOr(1) - active.size();
        if (missing >= 0) {
            return new Replicas(Math.min(missing, BURST), List.of());
        }
        var order = DeletionOrder.ranked(podsOnNode(family.get()), now);
        return new Replicas(0, order.first(Math.min(-missing, BURST), active));
    }

    private static Map<String, Integer> podsOnNode(List<Pod> family) {
        var count = new TreeMap<String, Integer>();
        family.stream()
                .filter(PodState::isActive)
                .map(pod -> pod.spec().nodeName())
                .filter(node -> !node.isEmpty())
                .forEach(node -> count.merge(node, 1, Integer::sum));
        return count;
    }
}
