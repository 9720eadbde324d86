package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.TopologySpreadConstraint;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.api.select.Operator;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeOrder;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.List;

/**
 * A constraint on how pods are spread over domains, with its selector read (Kubernetes docs, "Pod Topology Spread
 * Constraints").
 *
 * @param key the label whose values are the domains
 * @param maxSkew by how many pods domains may differ
 * @param minDomains below how many domains the least crowded one counts as empty
 * @param selector which pods count
 * @param honorsAffinity whether nodes that the pod's own node affinity excludes are left out
 * @param honorsTaints whether nodes that the pod's tolerations exclude are left out
 */
record SpreadConstraint(
        String key, int maxSkew, int minDomains, Selector selector, boolean honorsAffinity, boolean honorsTaints) {
    static final String HOSTNAME = "kubernetes.io/hostname";

    private static final String SCHEDULE_ANYWAY = "ScheduleAnyway";

    static SpreadConstraint of(TopologySpreadConstraint constraint, Pod pod) {
        return new SpreadConstraint(
                constraint.topologyKey(),
                constraint.maxSkew(),
                constraint.minDomainsOr(1),
                selector(constraint, pod),
                !constraint.nodeAffinityPolicy().equals("Ignore"),
                constraint.nodeTaintsPolicy().equals("Honor"));
    }

    private static Selector selector(TopologySpreadConstraint constraint, Pod pod) {
        Selector selector = constraint.hasLabelSelector()
                ? Selector.ofObject(constraint.labelSelector().value())
                : Selector.nothing();
        for (String label : constraint.matchLabelKeys()) {
            String value = pod.metadata().labels().get(label);
            if (value != null) {
                selector = selector.and(new Requirement(label, Operator.IN, List.of(value)));
            }
        }
        return selector;
    }

    /** Those of {@code pod} that must hold. */
    static List<SpreadConstraint> hard(Pod pod) {
        return pod.spec().topologySpreadConstraints().stream()
                .filter(constraint -> !constraint.whenUnsatisfiable().equals(SCHEDULE_ANYWAY))
                .map(constraint -> of(constraint, pod))
                .toList();
    }

    /**
     * Those that are wishes: the pod's own, or, where it states no constraint at all, that the pods of its Services and its
     * controller are spread over nodes and zones.
     */
    static List<SpreadConstraint> soft(Pod pod, ClusterState cluster) {
        List<TopologySpreadConstraint> own = pod.spec().topologySpreadConstraints();
        if (own.isEmpty()) {
            return cluster.companions(pod)
                    .map(selector -> List.of(byDefault(HOSTNAME, 3, selector), byDefault(NodeOrder.ZONE, 5, selector)))
                    .orElse(List.of());
        }
        return own.stream()
                .filter(constraint -> constraint.whenUnsatisfiable().equals(SCHEDULE_ANYWAY))
                .map(constraint -> of(constraint, pod))
                .toList();
    }

    private static SpreadConstraint byDefault(String key, int maxSkew, Selector selector) {
        return new SpreadConstraint(key, maxSkew, 1, selector, true, false);
    }

    /** Whether {@code node} is in a domain of each of {@code constraints}. */
    static boolean reach(List<SpreadConstraint> constraints, NodeState node) {
        for (SpreadConstraint constraint : constraints) {
            if (!node.labels().containsKey(constraint.key)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the pods of {@code node} count for {@code pod}. */
    boolean takesPart(Pod pod, NodeState node) {
        return (!honorsAffinity || NodeAffinity.allows(pod, node)) && (!honorsTaints || isTolerated(pod, node));
    }

    private static boolean isTolerated(Pod pod, NodeState node) {
        return node.node().spec().taints().stream()
                .filter(taint -> !taint.effect().equals(Taints.PREFER_NO_SCHEDULE))
                .allMatch(taint -> Taints.tolerates(pod.spec().tolerations(), taint));
    }

    /** How many pods of {@code namespace} on {@code node} count; an empty selector counts none, as in the reference. */
    long count(NodeState node, String namespace) {
        return selector.isEmpty() ? 0 : node.count(namespace, selector);
    }
}
