package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.pod.PodWarnings;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of ReplicaSets.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet</a>
 */
public final class ReplicaSets implements Strategy {
    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return always(object, "spec", spec -> PodDefaults.template(absent(spec, "replicas", 1)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", DisabledFields::ofTemplate)
                .with("status", ObjectValue.EMPTY.with("replicas", 0));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return Edits.inside(after, "spec", DisabledFields::ofTemplate);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object, Leniency.TEMPLATE).errors();
    }

    private static Checks check(ObjectValue object, Leniency leniency) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        checks.notNegative(spec, "replicas", Owners.SPEC);
        checks.notNegative(spec, "minReadySeconds", Owners.SPEC);
        Owners.selector(spec, "deployment", checks);
        if (Owners.selected(spec, "invalid label selector", checks)) {
            Owners.template(spec, leniency, checks);
            Owners.runsForever(spec, "ReplicaSet", checks);
        }
        return checks;
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        Checks checks = check(after, Owners.leniency(before));
        checks.immutable(before.object("spec"), after.object("spec"), "selector", Owners.SPEC);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue status = after.object("status");
        Owners.counted(
                status,
                checks,
                "replicas",
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas",
                "observedGeneration",
                "terminatingReplicas");
        Owners.ofReplicas(status, checks, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
        Owners.availableIsReady(status, "readyReplicas", checks);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<>(PodWarnings.ofName(object));
        warnings.addAll(PodWarnings.ofTemplate(object.object("spec").object("template"), Owners.TEMPLATE));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "spec")
                ? List.of()
                : PodWarnings.ofTemplate(after.object("spec").object("template"), Owners.TEMPLATE);
    }
}
