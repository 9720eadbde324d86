package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether nodes of two groups are the same kind of machine in different places: labels that name a place do not count, and
 * machines of one kind do not all have quite the same memory.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#im-running-cluster-with-nodes-in-multiple-zones-for-ha-purposes-is-that-supported-by-cluster-autoscaler">Nodes
 *     in multiple zones</a>
 */
final class SimilarNodes {
    private static final Set<String> PLACES = Set.of(
            "kubernetes.io/hostname",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "topology.ebs.csi.aws.com/zone",
            "topology.gke.io/zone",
            "topology.disk.csi.azure.com/zone",
            "beta.kubernetes.io/fluentd-ds-ready",
            "kops.k8s.io/instancegroup");

    private static final String MEMORY = "memory";
    /** As {@code --memory-difference-ratio} has it. */
    private static final double MEMORY_DIFFERENCE = 0.015;
    /** As {@code --max-allocatable-difference-ratio} has it. */
    private static final double ALLOCATABLE_DIFFERENCE = 0.05;

    private SimilarNodes() {}

    static boolean areSimilar(Node one, Node other) {
        return labels(one).equals(labels(other))
                && capacitiesAreSimilar(one.status().capacity(), other.status().capacity())
                && areWithin(
                        ALLOCATABLE_DIFFERENCE,
                        one.status().allocatable(),
                        other.status().allocatable());
    }

    private static Map<String, String> labels(Node node) {
        var labels = new TreeMap<>(node.metadata().labels());
        labels.keySet().removeAll(PLACES);
        return labels;
    }

    private static boolean capacitiesAreSimilar(Map<String, Quantity> one, Map<String, Quantity> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream()
                        .allMatch(amount -> isWithin(
                                amount.getKey().equals(MEMORY) ? MEMORY_DIFFERENCE : 0,
                                amount.getValue(),
                                other.getOrDefault(amount.getKey(), Quantity.ZERO)));
    }

    private static boolean areWithin(double ratio, Map<String, Quantity> one, Map<String, Quantity> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream()
                        .allMatch(amount ->
                                isWithin(ratio, amount.getValue(), other.getOrDefault(amount.getKey(), Quantity.ZERO)));
    }

    private static boolean isWithin(double ratio, Quantity one, Quantity other) {
        double larger = Math.max(one.doubleValue(), other.doubleValue());
        return Math.abs(one.doubleValue() - other.doubleValue()) <= larger * ratio;
    }
}
