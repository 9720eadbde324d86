package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/**
 * Which taints a pod tolerates.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and Tolerations</a>
 */
public final class Tolerations {
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private Tolerations() {}

    /** Tolerations outside of pods, where none is older than the rules. */
    public static void check(List<ObjectValue> tolerations, FieldPath at, Checks checks) {
        check(tolerations, Leniency.TEMPLATE, at, checks);
    }

    static void check(List<ObjectValue> tolerations, Leniency leniency, FieldPath at, Checks checks) {
        for (int i = 0; i < tolerations.size(); i++) {
            check(tolerations.get(i), leniency, at.index(i), checks);
        }
    }

    private static void check(ObjectValue toleration, Leniency leniency, FieldPath at, Checks checks) {
        String key = toleration.string("key");
        String operator = toleration.string("operator");
        String effect = toleration.string("effect");
        if (!key.isEmpty()) {
            checks.qualifiedName(key, at.child("key"));
        } else if (!operator.equals("Exists")) {
            checks.invalid(
                    at.child("operator"),
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
            checks.invalid(at.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        value(operator, toleration.string("value"), leniency, at, checks);
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            checks.notSupported(at.child("effect"), effect, EFFECTS);
        }
    }

    private static void value(String operator, String value, Leniency leniency, FieldPath at, Checks checks) {
        switch (operator) {
            case "Equal", "" -> {
                List<String> problems = Labels.value(value);
                if (!problems.isEmpty()) {
                    checks.invalid(at.child("operator"), value, String.join(";", problems));
                }
            }
            case "Exists" -> {
                if (!value.isEmpty()) {
                    checks.invalid(at.child("operator"), value, "value must be empty when `operator` is 'Exists'");
                }
            }
            case "Lt", "Gt" -> {
                if (leniency.numericTolerations()) {
                    number(value, at.child("value"), checks);
                } else {
                    checks.notSupported(at.child("operator"), operator, List.of("Equal", "Exists", "Lt", "Gt"));
                }
            }
            default -> checks.notSupported(at.child("operator"), operator, List.of("Equal", "Exists"));
        }
    }

    private static void number(String value, FieldPath at, Checks checks) {
        try {
            Long.parseLong(value);
        } catch (NumberFormatException none) {
            checks.invalid(at, value, "strconv.ParseInt: parsing " + GoText.quote(value) + ": invalid syntax");
        }
    }

    static boolean anyNumeric(ObjectValue spec) {
        for (ObjectValue toleration : spec.list("tolerations").objects()) {
            String operator = toleration.string("operator");
            if (operator.equals("Lt") || operator.equals("Gt")) {
                return true;
            }
        }
        return false;
    }

    /** Tolerations that were there must stay; how long each lasts may change. */
    static void kept(ObjectValue before, ObjectValue after, Leniency leniency, FieldPath at, Checks checks) {
        List<ObjectValue> known = after.list("tolerations").objects().stream()
                .map(toleration -> toleration.without("tolerationSeconds"))
                .toList();
        for (ObjectValue toleration : before.list("tolerations").objects()) {
            if (!known.contains(toleration.without("tolerationSeconds"))) {
                checks.forbidden(at, "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
        check(after.list("tolerations").objects(), leniency, at, checks);
    }
}
