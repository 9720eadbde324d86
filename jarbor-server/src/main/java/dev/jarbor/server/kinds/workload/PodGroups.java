package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * PodGroups: pods that are scheduled together, by a policy that never changes.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/workload-api/">Workload API</a>
 */
public final class PodGroups implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    /** Fields of features that are off by default. */
    private static final List<String> DISABLED =
            List.of("disruptionMode", "priority", "priorityClassName", "resourceClaims", "schedulingConstraints");

    static ObjectValue withoutDisabled(ObjectValue group) {
        ObjectValue left = group;
        for (String field : DISABLED) {
            left = left.without(field);
        }
        return left;
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", PodGroups::withoutDisabled);
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return beforeCreate(after);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        if (spec.has("podGroupTemplateRef")) {
            template(spec.object("podGroupTemplateRef"), SPEC.child("podGroupTemplateRef"), checks);
        }
        policy(spec.object("schedulingPolicy"), SPEC.child("schedulingPolicy"), checks);
        return checks.errors();
    }

    private static void template(ObjectValue reference, FieldPath at, Checks checks) {
        if (!reference.has("workload")) {
            checks.invalid(at, "", "must specify one of: `workload`");
            return;
        }
        FieldPath here = at.child("workload");
        ObjectValue workload = reference.object("workload");
        if (checks.required(workload, "podGroupTemplateName", here)) {
            checks.dnsLabel(workload.string("podGroupTemplateName"), here.child("podGroupTemplateName"));
        }
        if (checks.required(workload, "workloadName", here)) {
            checks.dnsSubdomain(workload.string("workloadName"), here.child("workloadName"));
        }
    }

    /** How a group is scheduled: one pod at a time, or enough of them at once. */
    static void policy(ObjectValue policy, FieldPath at, Checks checks) {
        boolean basic = policy.has("basic");
        boolean gang = policy.has("gang");
        if (!basic && !gang) {
            checks.invalid(at, "", "must specify one of: `basic`, `gang`");
        } else if (basic && gang) {
            checks.invalid(
                    at, "{`basic`, `gang`}", "exactly one of `basic`, `gang` is required, but multiple fields are set");
        } else if (gang) {
            long least = policy.object("gang").integer("minCount");
            FieldPath count = at.child("gang", "minCount");
            if (least == 0) {
                checks.required(count);
            } else if (least < 0) {
                checks.invalid(count, least, "must be greater than zero");
            }
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        for (String field : List.of("podGroupTemplateRef", "schedulingPolicy")) {
            if (!Same.at(before.object("spec"), after.object("spec"), field)) {
                checks.invalid(SPEC.child(field), after.object("spec").valueOrNull(field), Checks.IMMUTABLE);
            }
        }
        return checks.errors();
    }
}
