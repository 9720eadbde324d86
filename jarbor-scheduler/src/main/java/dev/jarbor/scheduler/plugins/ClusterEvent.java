package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.Change;
import dev.jarbor.scheduler.cluster.Demand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something happened that may help a pod which found no node; named as the reference names it in its metrics.
 *
 * @param resource what it happened to, such as {@code Node}
 * @param action what happened, such as {@code UpdateNodeLabel}
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/4247-queueinghint">KEP-4247</a>
 */
public record ClusterEvent(String resource, String action) {
    public static final ClusterEvent ASSIGNED_POD_ADD = new ClusterEvent("AssignedPod", "Add");
    public static final ClusterEvent ASSIGNED_POD_DELETE = new ClusterEvent("AssignedPod", "Delete");

    private static final String ASSIGNED = "AssignedPod";
    private static final String UNASSIGNED = "UnschedulablePod";

    /** How metrics call it. */
    public String label() {
        return resource + action;
    }

    /** {@code change} of an object of which no single changes are told apart. */
    public static ClusterEvent of(String resource, Change<? extends KubeObject> change) {
        return new ClusterEvent(
                resource,
                switch (change) {
                    case Change.Added<?> added -> "Add";
                    case Change.Updated<?> updated -> "Update";
                    case Change.Deleted<?> deleted -> "Delete";
                });
    }

    /** What of a node has changed that pods may wait for; nothing at a heartbeat. */
    public static List<ClusterEvent> of(Node before, Node after) {
        var actions = new ArrayList<String>();
        boolean opened = before.spec().unschedulable() && !after.spec().unschedulable();
        if (opened || !before.spec().taints().equals(after.spec().taints())) {
            actions.add("UpdateNodeTaint");
        }
        if (!before.status().allocatable().equals(after.status().allocatable())) {
            actions.add("UpdateNodeAllocatable");
        }
        if (!before.metadata().labels().equals(after.metadata().labels())) {
            actions.add("UpdateNodeLabel");
        }
        if (!conditions(before).equals(conditions(after))) {
            actions.add("UpdateNodeCondition");
        }
        if (!before.metadata().annotations().equals(after.metadata().annotations())) {
            actions.add("UpdateNodeAnnotation");
        }
        return actions.stream().map(action -> new ClusterEvent("Node", action)).toList();
    }

    private static Map<String, String> conditions(Node node) {
        var conditions = new TreeMap<String, String>();
        node.status().conditions().forEach(condition -> conditions.put(condition.type(), condition.status()));
        return conditions;
    }

    /** What of a pod has changed; where nothing in particular, that it has. */
    public static List<ClusterEvent> of(Pod before, Pod after) {
        var actions = new ArrayList<String>();
        if (!before.metadata().labels().equals(after.metadata().labels())) {
            actions.add("UpdatePodLabel");
        }
        if (Demand.mayDiffer(before, after) && isLess(before, after)) {
            actions.add("UpdatePodScaleDown");
        }
        if (!before.spec().schedulingGates().isEmpty()
                && after.spec().schedulingGates().isEmpty()) {
            actions.add("UpdatePodSchedulingGatesEliminated");
        }
        if (before.spec().tolerations().size() != after.spec().tolerations().size()) {
            actions.add("UpdatePodToleration");
        }
        if (!before.status().resourceClaimStatuses().equals(after.status().resourceClaimStatuses())) {
            actions.add("UpdatePodGeneratedResourceClaim");
        }
        if (actions.isEmpty()) {
            actions.add("Update");
        }
        String resource = after.spec().nodeName().isEmpty() ? UNASSIGNED : ASSIGNED;
        return actions.stream()
                .map(action -> new ClusterEvent(resource, action))
                .toList();
    }

    private static boolean isLess(Pod before, Pod after) {
        var now = Demand.of(after).requests();
        return Demand.of(before).requests().byName().entrySet().stream()
                .anyMatch(request -> now.get(request.getKey()) < request.getValue());
    }
}
