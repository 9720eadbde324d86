package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.Attraction;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much pods like to be near each other: what the pod prefers, and what those that have their place prefer or need of it.
 * Each counts in all of the domain in which a pod of it is.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity">
 *     Inter-pod affinity and anti-affinity</a>
 */
final class PodAffinityScore {
    private final ClusterState cluster;
    /** By label and value. */
    private final Map<String, Map<String, Long>> weights = new HashMap<>();

    private PodAffinityScore(ClusterState cluster) {
        this.cluster = cluster;
    }

    /** Empty where nobody has anything to say. */
    static Optional<Score> of(Pod pod, ClusterState cluster) {
        var found = new PodAffinityScore(cluster);
        found.addWishes(pod);
        found.addWishesOfOthers(pod);
        return found.weights.isEmpty() ? Optional.empty() : Optional.of(Score.stretched(found::weight));
    }

    private void addWishes(Pod pod) {
        List<Attraction> wishes = Attraction.preferred(pod);
        if (wishes.isEmpty()) {
            return;
        }
        for (NodeState node : cluster.nodes()) {
            for (Pod other : node.pods()) {
                for (Attraction wish : wishes) {
                    if (wish.term().matches(other, cluster)) {
                        add(wish, node, 1);
                    }
                }
            }
        }
    }

    private void addWishesOfOthers(Pod pod) {
        cluster.attractions().forEach((wish, pods) -> {
            if (wish.term().matches(pod, cluster)) {
                pods.forEach((name, count) -> cluster.node(name).ifPresent(node -> add(wish, node, count)));
            }
        });
    }

    private void add(Attraction wish, NodeState node, int times) {
        String key = wish.term().key();
        String value = node.labels().get(key);
        if (value != null) {
            weights.computeIfAbsent(key, label -> new HashMap<>()).merge(value, wish.weight() * times, Long::sum);
        }
    }

    private long weight(NodeState node) {
        long sum = 0;
        for (Map.Entry<String, Map<String, Long>> label : weights.entrySet()) {
            String value = node.labels().get(label.getKey());
            if (value != null) {
                sum += label.getValue().getOrDefault(value, 0L);
            }
        }
        return sum;
    }
}
