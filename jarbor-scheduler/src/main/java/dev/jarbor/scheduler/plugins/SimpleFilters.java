package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Toleration;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The filters that look at one node by itself (Kubernetes docs, "Scheduler Configuration", default plugins). */
public final class SimpleFilters {
    private SimpleFilters() {}

    public static Filter.Check nodeUnschedulable(Pod pod, Demand demand, ClusterState cluster) {
        boolean tolerated = Taints.tolerates(pod.spec().tolerations(), Taints.UNSCHEDULABLE);
        return node -> node.node().spec().unschedulable() && !tolerated
                ? List.of(new Obstacle("node(s) were unschedulable", false))
                : List.of();
    }

    public static Filter.Check nodeName(Pod pod, Demand demand, ClusterState cluster) {
        String wanted = pod.spec().nodeName();
        if (wanted.isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        return node -> wanted.equals(node.name())
                ? List.of()
                : List.of(new Obstacle("node(s) didn't match the requested node name", false));
    }

    public static Filter.Check taints(Pod pod, Demand demand, ClusterState cluster) {
        List<Toleration> tolerations = pod.spec().tolerations();
        return node -> Taints.untolerated(
                        node.node().spec().taints(),
                        tolerations,
                        taint -> !taint.effect().equals(Taints.PREFER_NO_SCHEDULE))
                .map(taint -> new Obstacle(
                        "node(s) had untolerated taint {" + taint.key() + ": " + taint.value_() + "}", false))
                .map(List::of)
                .orElse(List.of());
    }

    public static Filter.Check affinity(Pod pod, Demand demand, ClusterState cluster) {
        if (!pod.spec().hasNodeSelector() && !pod.spec().affinity().hasNodeAffinity()) {
            return Filter.Check.ANY_NODE;
        }
        return node -> NodeAffinity.allows(pod, node)
                ? List.of()
                : List.of(new Obstacle("node(s) didn't match Pod's node affinity/selector", false));
    }

    public static Filter.Check ports(Pod pod, Demand demand, ClusterState cluster) {
        if (demand.hostPorts().isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        return node -> demand.hostPorts().stream().anyMatch(node::collides)
                ? List.of(new Obstacle("node(s) didn't have free ports for the requested pod ports", true))
                : List.of();
    }

    public static Filter.Check resources(Pod pod, Demand demand, ClusterState cluster) {
        return node -> {
            var obstacles = new ArrayList<Obstacle>();
            if (node.pods().size() + 1 > node.allocatable().get("pods")) {
                obstacles.add(new Obstacle("Too many pods", true));
            }
            for (Map.Entry<String, Long> request : demand.requests().byName().entrySet()) {
                String name = request.getKey();
                long allocatable = node.allocatable().get(name);
                if (allocatable == 0 && cluster.devices().classOfResource(name).isPresent()) {
                    continue; // it is a device there
                }
                if (request.getValue() > 0
                        && request.getValue() > allocatable - node.requested().get(name)) {
                    obstacles.add(new Obstacle("Insufficient " + name, request.getValue() <= allocatable));
                }
            }
            return obstacles;
        };
    }

    /** How many taints that merely ask to be avoided the pod does not tolerate. */
    static long unwelcome(Pod pod, NodeState node) {
        return node.node().spec().taints().stream()
                .filter(taint -> taint.effect().equals(Taints.PREFER_NO_SCHEDULE))
                .filter(taint -> !Taints.tolerates(pod.spec().tolerations(), taint))
                .count();
    }
}
