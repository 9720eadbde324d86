package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import java.util.List;

/**
 * The rules of ReplicaSets.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet</a>
 */
public final class ReplicaSets implements Replicated {
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
    public Checks check(ObjectValue object, Leniency leniency) {
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
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return Owners.replicas(after.object("status"));
    }
}
