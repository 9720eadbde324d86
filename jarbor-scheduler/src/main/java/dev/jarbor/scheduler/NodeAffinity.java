package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PreferredSchedulingTerm;
import java.util.List;
import java.util.Map;

/** nodeSelector and node affinity (Kubernetes docs, "Assigning Pods to Nodes"). */
final class NodeAffinity {
    private NodeAffinity() {}

    static boolean allows(Pod pod, NodeState node) {
        Map<String, String> labels = node.labels();
        for (Map.Entry<String, String> wanted : pod.spec().nodeSelector().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        var affinity = pod.spec().affinity().nodeAffinity();
        return !affinity.hasRequiredDuringSchedulingIgnoredDuringExecution()
                || affinity.requiredDuringSchedulingIgnoredDuringExecution().nodeSelectorTerms().stream()
                        .anyMatch(term -> matches(term, node));
    }

    /** The sum of the weights of the preferred terms that the node meets. */
    static long preference(Pod pod, NodeState node) {
        long sum = 0;
        for (PreferredSchedulingTerm term :
                pod.spec().affinity().nodeAffinity().preferredDuringSchedulingIgnoredDuringExecution()) {
            if (matches(term.preference(), node)) {
                sum += term.weight();
            }
        }
        return sum;
    }

    /** A term without requirements matches nothing, as the reference has it. */
    private static boolean matches(NodeSelectorTerm term, NodeState node) {
        if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
            return false;
        }
        Map<String, String> fields = Map.of("metadata.name", node.name());
        return term.matchExpressions().stream().allMatch(requirement -> matches(requirement, node.labels()))
                && term.matchFields().stream().allMatch(requirement -> matches(requirement, fields));
    }

    private static boolean matches(NodeSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.key());
        List<String> values = requirement.values();
        return switch (requirement.operator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> value != null && !values.isEmpty() && compare(value, values.getFirst()) > 0;
            case "Lt" -> value != null && !values.isEmpty() && compare(value, values.getFirst()) < 0;
            default -> false;
        };
    }

    /** 0 where one of them is no whole number: such a requirement matches nothing. */
    private static int compare(String left, String right) {
        try {
            return Long.compare(Long.parseLong(left), Long.parseLong(right));
        } catch (NumberFormatException notNumbers) {
            return 0;
        }
    }
}
