package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodWarnings;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/** What Deployments, ReplicaSets and ReplicationControllers have in common: replicas of a template that run for ever. */
interface Replicated extends Strategy {
    /** What is wrong with {@code object}, where {@code leniency} does not let it pass. */
    Checks check(ObjectValue object, Leniency leniency);

    /** Adds what is wrong with a change. */
    default void checkChange(ObjectValue before, ObjectValue after, Checks checks) {
        checks.immutable(before.object("spec"), after.object("spec"), "selector", Owners.SPEC);
    }

    @Override
    default ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return Edits.inside(after, "spec", DisabledFields::ofTemplate);
    }

    @Override
    default List<FieldError> validate(ObjectValue object) {
        return check(object, Leniency.TEMPLATE).errors();
    }

    @Override
    default List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        Checks checks = check(after, Owners.leniency(before));
        checkChange(before, after, checks);
        return checks.errors();
    }

    @Override
    default List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<>(PodWarnings.ofName(object));
        warnings.addAll(PodWarnings.ofTemplate(object.object("spec").object("template"), Owners.TEMPLATE));
        return warnings;
    }

    @Override
    default List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "spec")
                ? List.of()
                : PodWarnings.ofTemplate(after.object("spec").object("template"), Owners.TEMPLATE);
    }
}
