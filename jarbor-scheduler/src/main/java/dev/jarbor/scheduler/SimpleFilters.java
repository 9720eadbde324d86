package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The filters that look at one node by itself (Kubernetes docs, "Scheduler Configuration", default plugins). */
final class SimpleFilters {
    private static final String UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable";

    private SimpleFilters() {}

    static Filter.Check nodeUnschedulable(Pod pod, Demand demand, ClusterState cluster) {
        boolean tolerated = pod.spec().tolerations().stream()
                .anyMatch(toleration -> tolerates(toleration, UNSCHEDULABLE_TAINT, "", "NoSchedule"));
        return node -> node.node().spec().unschedulable() && !tolerated
                ? List.of(new Obstacle("node(s) were unschedulable", false))
                : List.of();
    }

    static Filter.Check nodeName(Pod pod, Demand demand, ClusterState cluster) {
        String wanted = pod.spec().nodeName();
        return node -> wanted.isEmpty() || wanted.equals(node.name())
                ? List.of()
                : List.of(new Obstacle("node(s) didn't match the requested node name", false));
    }

    static Filter.Check taints(Pod pod, Demand demand, ClusterState cluster) {
        return node -> node.node().spec().taints().stream()
                .filter(taint -> !taint.effect().equals("PreferNoSchedule"))
                .filter(taint -> !tolerates(pod, taint))
                .findFirst()
                .map(taint -> new Obstacle(
                        "node(s) had untolerated taint {" + taint.key() + ": " + taint.value_() + "}", false))
                .map(List::of)
                .orElse(List.of());
    }

    static Filter.Check affinity(Pod pod, Demand demand, ClusterState cluster) {
        return node -> NodeAffinity.allows(pod, node)
                ? List.of()
                : List.of(new Obstacle("node(s) didn't match Pod's node affinity/selector", false));
    }

    static Filter.Check ports(Pod pod, Demand demand, ClusterState cluster) {
        if (demand.hostPorts().isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        return node -> demand.hostPorts().stream().anyMatch(node::collides)
                ? List.of(new Obstacle("node(s) didn't have free ports for the requested pod ports", true))
                : List.of();
    }

    static Filter.Check resources(Pod pod, Demand demand, ClusterState cluster) {
        return node -> {
            var obstacles = new ArrayList<Obstacle>();
            if (node.pods().size() + 1 > node.allocatable().get("pods")) {
                obstacles.add(new Obstacle("Too many pods", true));
            }
            for (Map.Entry<String, Long> request : demand.requests().byName().entrySet()) {
                String name = request.getKey();
                long allocatable = node.allocatable().get(name);
                if (request.getValue() > 0
                        && request.getValue() > allocatable - node.requested().get(name)) {
                    obstacles.add(new Obstacle("Insufficient " + name, request.getValue() <= allocatable));
                }
            }
            return obstacles;
        };
    }

    static boolean tolerates(Pod pod, Taint taint) {
        return pod.spec().tolerations().stream()
                .anyMatch(toleration -> tolerates(toleration, taint.key(), taint.value_(), taint.effect()));
    }

    private static boolean tolerates(Toleration toleration, String key, String value, String effect) {
        return (toleration.effect().isEmpty() || toleration.effect().equals(effect))
                && (toleration.key().isEmpty()
                        ? toleration.operator().equals("Exists")
                        : toleration.key().equals(key))
                && (toleration.operator().equals("Exists")
                        || toleration.value_().equals(value));
    }

    /** How many taints that merely ask to be avoided the pod does not tolerate. */
    static long unwelcome(Pod pod, NodeState node) {
        return node.node().spec().taints().stream()
                .filter(taint -> taint.effect().equals("PreferNoSchedule"))
                .filter(taint -> !tolerates(pod, taint))
                .count();
    }

    static Optional<String> label(NodeState node, String key) {
        return Optional.ofNullable(node.labels().get(key));
    }
}
