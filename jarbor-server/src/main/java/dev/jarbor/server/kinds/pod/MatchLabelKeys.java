package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Keys of the pod's own labels that other pods must have, or must not have, with the same value. They become expressions
 * of the label selector when a pod is created.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#matchlabelkeys">matchLabelKeys</a>
 */
final class MatchLabelKeys {
    private MatchLabelKeys() {}

    /** @param owner a term of a pod affinity or a spread constraint */
    static void check(ObjectValue owner, FieldPath at, Checks checks) {
        List<String> match = owner.list("matchLabelKeys").strings();
        List<String> mismatch = owner.list("mismatchLabelKeys").strings();
        if (match.isEmpty() && mismatch.isEmpty()) {
            return;
        }
        names(owner, match, at.child("matchLabelKeys"), checks);
        names(owner, mismatch, at.child("mismatchLabelKeys"), checks);
        ObjectValue selector = owner.object("labelSelector");
        var selected = new HashSet<>(selector.object("matchLabels").names());
        for (ObjectValue expression : selector.list("matchExpressions").objects()) {
            String key = expression.string("key");
            // Creation has added one expression for the key; a second one means that the client said it too.
            if (match.contains(key) && selected.contains(key)) {
                checks.invalid(
                        at.index(match.lastIndexOf(key)), key, "exists in both matchLabelKeys and labelSelector");
            }
            selected.add(key);
        }
        for (int i = 0; i < match.size(); i++) {
            if (mismatch.contains(match.get(i))) {
                checks.invalid(
                        at.child("matchLabelKeys").index(i),
                        match.get(i),
                        "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }

    private static void names(ObjectValue owner, List<String> keys, FieldPath at, Checks checks) {
        if (!keys.isEmpty() && !owner.has("labelSelector")) {
            checks.forbidden(at, "must not be specified when labelSelector is not set");
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            checks.qualifiedName(keys.get(i), at.index(i));
        }
    }

    /** As it was before the keys became expressions: a key may not be selected by as well. */
    static void checkPlain(ObjectValue owner, FieldPath at, Checks checks) {
        List<String> keys = owner.list("matchLabelKeys").strings();
        if (keys.isEmpty()) {
            return;
        }
        if (!owner.has("labelSelector")) {
            checks.forbidden(at, "must not be specified when labelSelector is not set");
        }
        ObjectValue selector = owner.object("labelSelector");
        var selected = new HashSet<>(selector.object("matchLabels").names());
        selector.list("matchExpressions").objects().forEach(expression -> selected.add(expression.string("key")));
        for (int i = 0; i < keys.size(); i++) {
            checks.qualifiedName(keys.get(i), at.index(i));
            if (selected.contains(keys.get(i))) {
                checks.invalid(at.index(i), keys.get(i), "exists in both matchLabelKeys and labelSelector");
            }
        }
    }

    /** Adds to the selector what the keys mean for a pod with {@code labels}. */
    static ObjectValue merged(ObjectValue owner, ObjectValue labels) {
        if (!owner.has("labelSelector")
                || (owner.list("matchLabelKeys").isEmpty()
                        && owner.list("mismatchLabelKeys").isEmpty())) {
            return owner;
        }
        var expressions = new ArrayList<Value>(
                owner.object("labelSelector").list("matchExpressions").items());
        int before = expressions.size();
        add(owner.list("matchLabelKeys"), "In", labels, expressions);
        add(owner.list("mismatchLabelKeys"), "NotIn", labels, expressions);
        return expressions.size() == before
                ? owner
                : owner.update(
                        "labelSelector", selector -> selector.with("matchExpressions", ListValue.of(expressions)));
    }

    private static void add(ListValue keys, String operator, ObjectValue labels, List<Value> expressions) {
        for (String key : keys.strings()) {
            if (labels.has(key)) {
                expressions.add(ObjectValue.EMPTY
                        .with("key", key)
                        .with("operator", operator)
                        .with("values", ListValue.of(labels.valueOrNull(key))));
            }
        }
    }
}
