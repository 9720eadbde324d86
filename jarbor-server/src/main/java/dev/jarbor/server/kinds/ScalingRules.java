package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/** How fast an autoscaler may go up and down. */
final class ScalingRules {
    private static final long MOST_WINDOW = 3600;
    private static final long MOST_PERIOD = 1800;
    private static final List<String> POLICIES = List.of("Percent", "Pods");

    private ScalingRules() {}

    static ObjectValue filled(ObjectValue behavior) {
        ObjectValue up = always(
                behavior,
                "scaleUp",
                rules -> filled(
                        absent(rules, "stabilizationWindowSeconds", 0), policy("Pods", 4), policy("Percent", 100)));
        return always(up, "scaleDown", rules -> filled(rules, policy("Percent", 100)));
    }

    private static ObjectValue filled(ObjectValue rules, ObjectValue... policies) {
        ObjectValue filled = text(rules, "selectPolicy", "Max");
        return filled.has("policies") ? filled : filled.with("policies", ListValue.of(policies));
    }

    private static ObjectValue policy(String type, long value) {
        return ObjectValue.EMPTY.with("type", type).with("value", value).with("periodSeconds", 15);
    }

    static void check(ObjectValue behavior, FieldPath at, Checks checks) {
        for (String direction : List.of("scaleUp", "scaleDown")) {
            if (behavior.has(direction)) {
                rules(behavior.object(direction), at.child(direction), checks);
            }
        }
    }

    private static void rules(ObjectValue rules, FieldPath at, Checks checks) {
        long window = rules.integer("stabilizationWindowSeconds");
        if (window < 0) {
            checks.invalid(at.child("stabilizationWindowSeconds"), window, "must be greater than or equal to zero");
        }
        if (window > MOST_WINDOW) {
            checks.invalid(
                    at.child("stabilizationWindowSeconds"), window, "must be less than or equal to " + MOST_WINDOW);
        }
        checks.oneOfIfSet(rules, "selectPolicy", at, "Disabled", "Max", "Min");
        FieldPath here = at.child("policies");
        List<ObjectValue> policies = rules.list("policies").objects();
        if (policies.isEmpty()) {
            checks.required(here, "must specify at least one Policy");
        }
        for (int i = 0; i < policies.size(); i++) {
            policy(policies.get(i), here.index(i), checks);
        }
        if (rules.has("tolerance")) {
            Quantity tolerance = Quantity.read(rules.valueOrNull("tolerance"));
            if (tolerance.signum() < 0) {
                checks.invalid(at.child("tolerance"), tolerance.toString(), Checks.NEGATIVE);
            }
        }
    }

    private static void policy(ObjectValue policy, FieldPath at, Checks checks) {
        if (!POLICIES.contains(policy.string("type"))) {
            checks.notSupported(at.child("type"), policy.string("type"), POLICIES);
        }
        for (String field : List.of("value", "periodSeconds")) {
            if (policy.integer(field) <= 0) {
                checks.invalid(at.child(field), policy.integer(field), Checks.NOT_POSITIVE);
            }
        }
        if (policy.integer("periodSeconds") > MOST_PERIOD) {
            checks.invalid(
                    at.child("periodSeconds"),
                    policy.integer("periodSeconds"),
                    "must be less than or equal to " + MOST_PERIOD);
        }
    }
}
