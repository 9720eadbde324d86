package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Which toleration makes which other one needless.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and
 *     Tolerations</a>
 */
final class Tolerations {
    private Tolerations() {}

    /** Both lists in order, without those that another one covers; of equal ones the first stays. */
    static ListValue merged(ListValue first, ListValue second) {
        var all = new ArrayList<>(first.objects());
        all.addAll(second.objects());
        var merged = new ArrayList<ObjectValue>();
        for (int i = 0; i < all.size(); i++) {
            ObjectValue toleration = all.get(i);
            boolean kept = merged.stream().anyMatch(other -> covers(other, toleration));
            boolean comes = all.subList(i + 1, all.size()).stream()
                    .anyMatch(other -> !other.equals(toleration) && covers(other, toleration));
            if (!kept && !comes) {
                merged.add(toleration);
            }
        }
        return ListValue.of(merged);
    }

    /** Whether every one of {@code tolerations} is covered by one of {@code allowed}. */
    static boolean allowed(ListValue tolerations, ListValue allowed) {
        return tolerations.objects().stream()
                .allMatch(toleration -> allowed.objects().stream().anyMatch(other -> covers(other, toleration)));
    }

    /** {@code tolerations} with {@code more}, which replaces one for the same taint. */
    static ListValue with(ListValue tolerations, ObjectValue more) {
        var changed = new ArrayList<Value>();
        boolean replaced = false;
        for (ObjectValue toleration : tolerations.objects()) {
            if (covers(more, toleration)) {
                if (toleration.equals(more)) {
                    return tolerations;
                }
                changed.add(more);
                replaced = true;
            } else {
                changed.add(toleration);
            }
        }
        if (!replaced) {
            changed.add(more);
        }
        return ListValue.of(changed);
    }

    /** Whether {@code wide} tolerates all that {@code narrow} tolerates, and for as long. */
    static boolean covers(ObjectValue wide, ObjectValue narrow) {
        if (wide.equals(narrow)) {
            return true;
        }
        boolean exists = wide.string("operator").equals("Exists");
        boolean anyKey = wide.string("key").isEmpty() && exists;
        if (!anyKey && !wide.string("key").equals(narrow.string("key"))) {
            return false;
        }
        if (!wide.string("effect").isEmpty() && !wide.string("effect").equals(narrow.string("effect"))) {
            return false;
        }
        if (wide.string("effect").equals("NoExecute") && endsSooner(wide, narrow)) {
            return false;
        }
        boolean equal = List.of("", "Equal").contains(wide.string("operator"));
        return exists
                || (equal
                        && narrow.string("operator").equals("Equal")
                        && wide.string("value").equals(narrow.string("value")));
    }

    private static boolean endsSooner(ObjectValue wide, ObjectValue narrow) {
        String field = "tolerationSeconds";
        return wide.has(field) && (!narrow.has(field) || narrow.integer(field) > wide.integer(field));
    }
}
