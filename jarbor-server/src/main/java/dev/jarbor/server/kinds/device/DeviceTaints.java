package dev.jarbor.server.kinds.device;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;

/**
 * Taints of devices, and the claims that tolerate them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#device-taints-and-tolerations">Device
 *     taints and tolerations</a>
 */
final class DeviceTaints {
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
    private static final List<String> OPERATORS = List.of("Equal", "Exists");

    private DeviceTaints() {}

    /** A taint says when it was put on, to the second. */
    static ObjectValue taintDefaults(ObjectValue taint, Supplier<Instant> now) {
        return taint.has("timeAdded")
                ? taint
                : taint.with(
                        "timeAdded", now.get().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    static ObjectValue tolerationDefaults(ObjectValue toleration) {
        return Edits.text(toleration, "operator", "Equal");
    }

    /** @param effect whether the effect is looked at; one that stays as it was is not */
    static void taint(ObjectValue taint, boolean effect, FieldPath at, Checks checks) {
        checks.qualifiedName(taint.string("key"), at.child("key"));
        String value = taint.string("value");
        checks.problems(at.child("value"), value, Labels.value(value));
        if (effect) {
            checks.oneOf(taint, "effect", at, EFFECTS.toArray(new String[0]));
        }
    }

    static void tolerations(ListValue tolerations, FieldPath at, Checks checks) {
        List<ObjectValue> all = tolerations.objects();
        for (int i = 0; i < all.size(); i++) {
            toleration(all.get(i), at.index(i), checks);
        }
    }

    private static void toleration(ObjectValue toleration, FieldPath at, Checks checks) {
        String key = toleration.string("key");
        String value = toleration.string("value");
        if (!key.isEmpty()) {
            checks.qualifiedName(key, at.child("key"));
        }
        switch (toleration.string("operator")) {
            case "Exists" -> {
                if (!value.isEmpty()) {
                    checks.invalid(at.child("value"), value, "must be empty for operator `Exists`");
                }
            }
            case "Equal" -> checks.problems(at.child("value"), value, Labels.value(value));
            default -> checks.oneOf(toleration, "operator", at, OPERATORS.toArray(new String[0]));
        }
        checks.oneOfIfSet(toleration, "effect", at, EFFECTS.toArray(new String[0]));
    }
}
