package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Conditions;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.workload.Amount;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * Budgets of disruptions: how many of some pods must stay, or may go.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/configure-pdb/">Specifying a Disruption Budget</a>
 */
final class Budgets implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final List<String> SHAPE =
            List.of("MinAvailable", "Selector", "MaxUnavailable", "UnhealthyPodEvictionPolicy");

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return object.with(
                "status",
                ObjectValue.EMPTY
                        .with("disruptionsAllowed", 0)
                        .with("currentHealthy", 0)
                        .with("desiredHealthy", 0)
                        .with("expectedPods", 0));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            checks.add(Internal.invalid(SPEC, spec, SHAPE, "minAvailable and maxUnavailable cannot be both set"));
        }
        amount(spec, "minAvailable", checks);
        amount(spec, "maxUnavailable", checks);
        checks.selector(spec, "selector", SPEC);
        checks.oneOfIfSet(spec, "unhealthyPodEvictionPolicy", SPEC, "AlwaysAllow", "IfHealthyBudget");
        return checks.errors();
    }

    private static void amount(ObjectValue spec, String field, Checks checks) {
        if (spec.has(field)) {
            Amount.check(spec.valueOrNull(field), SPEC.child(field), checks);
            Amount.atMostAll(spec.valueOrNull(field), SPEC.child(field), checks);
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue status = after.object("status");
        Conditions.check(status.list("conditions"), STATUS.child("conditions"), checks);
        for (String field : List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")) {
            checks.notNegative(status, field, STATUS);
        }
        return checks.errors();
    }
}
