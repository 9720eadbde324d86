package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Labels of nodes that have had another name for long, and what is said to whom selects nodes by them.
 *
 * @see <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/">Well-Known Labels</a>
 */
public final class NodeLabels {
    private static final Map<String, String> OLD = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
            "app.kubernetes.io/created-by", "deprecated since v1.9",
            "scheduler.alpha.kubernetes.io/preferAvoidPods",
                    "deprecated since v1.22; use Taints and Tolerations instead",
            "node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead");

    private NodeLabels() {}

    /** What to use instead of {@code key}, where it is one of old. */
    public static Optional<String> advice(String key) {
        return Optional.ofNullable(OLD.get(key));
    }

    /** What is said of the keys of {@code labels} at {@code path}. */
    public static void warnOfKeys(ObjectValue labels, FieldPath path, List<String> warnings) {
        for (String key : labels.names()) {
            advice(key).ifPresent(message -> warnings.add(path + ": " + message));
        }
    }

    /**
     * What is said of a term of a node selector.
     *
     * @param values whether its values are looked at as well
     */
    public static void warnOfTerm(ObjectValue term, boolean values, FieldPath path, List<String> warnings) {
        List<ObjectValue> expressions = term.list("matchExpressions").objects();
        for (int i = 0; i < expressions.size(); i++) {
            String key = expressions.get(i).string("key");
            FieldPath here = path.child("matchExpressions").index(i);
            warnOfKey(key, here.child("key"), warnings);
            List<String> texts = values ? expressions.get(i).list("values").strings() : List.of();
            for (int j = 0; j < texts.size(); j++) {
                for (String problem : Labels.value(texts.get(j))) {
                    warnings.add(here.child("values").index(j) + ": " + texts.get(j) + " is invalid, " + problem);
                }
            }
        }
    }

    /** What is said of a label selector for nodes. */
    public static void warnOfSelector(ObjectValue selector, FieldPath path, List<String> warnings) {
        warnOfTerm(selector, false, path, warnings);
        for (String key : selector.object("matchLabels").names()) {
            advice(key)
                    .ifPresent(message -> warnings.add(path.child("matchLabels").child(key) + ": " + message));
        }
    }

    /** What is said of one key of old. */
    public static void warnOfKey(String key, FieldPath path, List<String> warnings) {
        advice(key).ifPresent(message -> warnings.add(path + ": " + key + " is " + message));
    }
}
