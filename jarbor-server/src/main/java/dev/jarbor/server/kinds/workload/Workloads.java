package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * Workloads: the groups of pods that something consists of, as templates of PodGroups.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/workload-api/">Workload API</a>
 */
public final class Workloads implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath TEMPLATES = SPEC.child("podGroupTemplates");
    private static final FieldPath CONTROLLER = SPEC.child("controllerRef");
    private static final int MOST_TEMPLATES = 8;

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> Edits.each(spec, "podGroupTemplates", PodGroups::withoutDisabled));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return beforeCreate(after);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        if (spec.has("controllerRef")) {
            controller(spec.object("controllerRef"), checks);
        }
        ListValue templates = spec.list("podGroupTemplates");
        if (hasFitting(templates, checks)) {
            Items.set(templates, MOST_TEMPLATES, Workloads::template, one -> one.string("name"), TEMPLATES, checks);
        }
        return checks.errors();
    }

    private static boolean hasFitting(ListValue templates, Checks checks) {
        if (templates.isEmpty()) {
            checks.required(TEMPLATES, "must have at least one item");
            return false;
        }
        return Items.fit(templates.size(), MOST_TEMPLATES, TEMPLATES, checks);
    }

    private static void controller(ObjectValue reference, Checks checks) {
        if (!reference.string("apiGroup").isEmpty()) {
            checks.dnsSubdomain(reference.string("apiGroup"), CONTROLLER.child("apiGroup"));
        }
        for (String field : List.of("kind", "name")) {
            if (checks.required(reference, field, CONTROLLER)) {
                String text = reference.string(field);
                checks.problems(CONTROLLER.child(field), text, Names.pathSegment(text));
            }
        }
    }

    private static void template(ObjectValue template, FieldPath at, Checks checks) {
        if (checks.required(template, "name", at)) {
            checks.dnsLabel(template.string("name"), at.child("name"));
        }
        PodGroups.policy(template.object("schedulingPolicy"), at.child("schedulingPolicy"), checks);
    }

    /** The controller may be named later, but once. */
    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        if (old.has("controllerRef")) {
            fixed(old, spec, "controllerRef", checks);
        } else if (spec.has("controllerRef")) {
            controller(spec.object("controllerRef"), checks);
        }
        fixed(old, spec, "podGroupTemplates", checks);
        hasFitting(spec.list("podGroupTemplates"), checks);
        return checks.errors();
    }

    private static void fixed(ObjectValue old, ObjectValue spec, String field, Checks checks) {
        if (!Same.at(old, spec, field)) {
            checks.invalid(SPEC.child(field), spec.valueOrNull(field), Checks.IMMUTABLE);
        }
    }
}
