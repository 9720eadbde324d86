package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;

import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.Same;
import java.util.List;

/**
 * The rules of ReplicationControllers, whose selector and labels come from the template where they are not given.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/">ReplicationController</a>
 */
public final class ReplicationControllers implements Replicated {
    private static final String NON_CONVERTIBLE = "non-convertible.kubernetes.io";

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue labels = labels(object.object("spec"));
        ObjectValue filled = always(object, "spec", spec -> {
            spec = absent(spec, "replicas", 1);
            spec = spec.object("selector").isEmpty() && !labels.isEmpty() ? spec.with("selector", labels) : spec;
            return PodDefaults.template(spec);
        });
        boolean bare = filled.object("metadata").object("labels").isEmpty() && !labels.isEmpty();
        return bare ? filled.update("metadata", metadata -> metadata.with("labels", labels)) : filled;
    }

    private static ObjectValue labels(ObjectValue spec) {
        return spec.object("template").object("metadata").object("labels");
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
        checks.notNegative(spec, "minReadySeconds", Owners.SPEC);
        ObjectValue selector = spec.object("selector");
        if (selector.isEmpty()) {
            checks.required(Owners.SPEC.child("selector"));
        }
        checks.notNegative(spec, "replicas", Owners.SPEC);
        if (!spec.has("template")) {
            checks.required(Owners.TEMPLATE);
            return checks;
        }
        if (!selector.isEmpty()) {
            Owners.matches(Selector.ofLabels(selector.strings()), spec, checks);
        }
        Owners.template(spec, leniency, checks);
        Owners.runsForever(spec, "ReplicationController", checks);
        return checks;
    }

    /** Fields of a ReplicaSet that a ReplicationController has no place for are told of in annotations, and stay. */
    @Override
    public void checkChange(ObjectValue before, ObjectValue after, Checks checks) {
        before.object("metadata").object("annotations").forEach((key, value) -> {
            String[] parts = key.split("/", -1);
            if (parts.length != 2 || !parts[0].equals(NON_CONVERTIBLE)) {
                return;
            }
            if (!parts[1].contains("selector")) {
                checks.add(
                        Internal.notFound(FieldPath.of(parts[1]), value.toString(), "unknown non-convertible field"));
            } else if (!Same.at(before.object("spec"), after.object("spec"), "selector")) {
                checks.invalid(
                        Owners.SPEC.child("selector"),
                        after.object("spec").valueOrNull("selector"),
                        "cannot update non-convertible selector");
            }
        });
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return Owners.replicas(after.object("status"));
    }
}
