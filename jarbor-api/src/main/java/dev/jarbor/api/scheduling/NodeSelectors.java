package dev.jarbor.api.scheduling;

import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.PodSpec;
import java.util.List;
import java.util.Map;

/**
 * Which nodes {@code nodeSelector} and the required node affinity of a pod allow, and which ones a selector of nodes picks.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/">Assigning Pods to Nodes</a>
 */
public final class NodeSelectors {
    private NodeSelectors() {}

    /** Whether a pod of {@code spec} may run on the node of that name with {@code labels}. */
    public static boolean allows(PodSpec spec, String name, Map<String, String> labels) {
        for (Map.Entry<String, String> wanted : spec.nodeSelector().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        var affinity = spec.affinity().nodeAffinity();
        return !affinity.hasRequiredDuringSchedulingIgnoredDuringExecution()
                || matches(affinity.requiredDuringSchedulingIgnoredDuringExecution(), name, labels);
    }

    /** Whether one of the terms holds: none where there are no terms. */
    public static boolean matches(NodeSelector selector, String name, Map<String, String> labels) {
        return selector.nodeSelectorTerms().stream().anyMatch(term -> matches(term, name, labels));
    }

    /** A term without requirements matches nothing, as the reference has it. */
    public static boolean matches(NodeSelectorTerm term, String name, Map<String, String> labels) {
        if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
            return false;
        }
        Map<String, String> fields = Map.of("metadata.name", name);
        return term.matchExpressions().stream().allMatch(requirement -> matches(requirement, labels))
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
