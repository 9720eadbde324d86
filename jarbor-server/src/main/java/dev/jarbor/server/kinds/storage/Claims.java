package dev.jarbor.server.kinds.storage;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.ClaimSpecs;
import dev.jarbor.server.kinds.rules.Amounts;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Diffs;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.ResourceNames;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of PersistentVolumeClaims.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims">PersistentVolumeClaims</a>
 */
public final class Claims implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath SIZE = SPEC.child("resources", "requests", "storage");
    static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
    private static final List<String> RESIZE_STATES = List.of(
            "ControllerResizeInProgress",
            "ControllerResizeInfeasible",
            "NodeResizeInProgress",
            "NodeResizeInfeasible",
            "NodeResizePending");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue filled =
                Edits.always(object, "spec", spec -> withSource(Edits.text(spec, "volumeMode", "Filesystem")));
        return Edits.always(filled, "status", status -> Edits.text(status, "phase", "Pending"));
    }

    /** The two names of what a volume is filled from say the same, unless the new one points elsewhere. */
    private static ObjectValue withSource(ObjectValue spec) {
        if (spec.has("dataSource") && !spec.has("dataSourceRef")) {
            return spec.with("dataSourceRef", spec.valueOrNull("dataSource"));
        }
        ObjectValue reference = spec.object("dataSourceRef");
        boolean local = reference.string("namespace").isEmpty();
        return spec.has("dataSourceRef") && !spec.has("dataSource") && local
                ? spec.with("dataSource", reference.without("namespace"))
                : spec;
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return object.with("status", ObjectValue.EMPTY.with("phase", "Pending"));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ClaimSpecs.check(object.object("spec"), SPEC, checks);
        return checks.errors();
    }

    /** A claim's size may grow once it is bound; a volume's name and a class may be set once; nothing else changes. */
    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        annotation(before, after, checks);
        ObjectValue same = comparable(before, after);
        if (!Same.of(old, same)) {
            checks.forbidden(
                    SPEC,
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims\n" + Diffs.of(old, same));
        }
        Quantity size = size(spec.object("resources").object("requests"));
        Quantity capacity = size(before.object("status").object("capacity"));
        boolean shrinks = size.compareTo(size(old.object("resources").object("requests"))) < 0;
        if (shrinks && size.compareTo(capacity) <= 0) {
            checks.forbidden(SIZE, "field can not be less than status.capacity");
        }
        checks.immutable(old, spec, "volumeMode", FieldPath.NONE);
        if (old.has("volumeAttributesClassName")) {
            FieldPath at = SPEC.child("volumeAttributesClassName");
            if (!spec.has("volumeAttributesClassName")) {
                checks.forbidden(at, "update from non-nil value to nil is forbidden");
            } else if (spec.string("volumeAttributesClassName").isEmpty()
                    && !old.string("volumeAttributesClassName").isEmpty()) {
                checks.forbidden(at, "update from non-nil value to an empty string is forbidden");
            }
        }
        return checks.errors();
    }

    /** The spec with everything put back that may change. */
    private static ObjectValue comparable(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = Edits.keep(old, after.object("spec"), "volumeAttributesClassName");
        if (old.string("volumeName").isEmpty()) {
            spec = Edits.keep(old, spec, "volumeName");
        }
        ObjectValue annotations = before.object("metadata").object("annotations");
        String annotated = annotations.string(CLASS_ANNOTATION);
        boolean fits = !annotations.has(CLASS_ANNOTATION) || annotated.equals(spec.string("storageClassName"));
        if (!old.has("storageClassName") && spec.has("storageClassName") && fits) {
            spec = spec.without("storageClassName");
        }
        if (!after.object("status").string("phase").equals("Bound")) {
            return spec;
        }
        ObjectValue had = old.object("resources").object("requests");
        return spec.update(
                "resources",
                resources -> resources.update("requests", requests -> Edits.keep(had, requests, "storage")));
    }

    private static void annotation(ObjectValue before, ObjectValue after, Checks checks) {
        ObjectValue old = before.object("metadata").object("annotations");
        ObjectValue annotations = after.object("metadata").object("annotations");
        boolean moved = old.has(CLASS_ANNOTATION)
                && !before.object("spec").has("storageClassName")
                && after.object("spec").string("storageClassName").equals(old.string(CLASS_ANNOTATION));
        if (!moved && !old.string(CLASS_ANNOTATION).equals(annotations.string(CLASS_ANNOTATION))) {
            checks.invalid(
                    FieldPath.of("metadata", "annotations").key(CLASS_ANNOTATION),
                    annotations.string(CLASS_ANNOTATION),
                    Checks.IMMUTABLE);
        }
    }

    private static Quantity size(ObjectValue amounts) {
        return Quantity.read(amounts.valueOrNull("storage"));
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue status = after.object("status");
        amounts(status.object("capacity"), STATUS.child("capacity"), checks);
        ObjectValue states = status.object("allocatedResourceStatuses");
        FieldPath at = STATUS.child("allocatedResourceStatus");
        for (int i = 0; i < states.size(); i++) {
            resource(states.name(i), at, checks);
            if (!RESIZE_STATES.contains(states.value(i).toString())) {
                checks.notSupported(at, states.name(i), RESIZE_STATES);
            }
        }
        ObjectValue allocated = status.object("allocatedResources");
        for (int i = 0; i < allocated.size(); i++) {
            resource(allocated.name(i), STATUS.child("allocatedResources"), checks);
        }
        amounts(allocated, STATUS.child("allocatedResources"), checks);
        return checks.errors();
    }

    private static void resource(String name, FieldPath at, Checks checks) {
        List<String> problems = new ArrayList<>(Labels.key(name));
        checks.problems(at, name, problems);
        if (problems.isEmpty() && ResourceNames.isNative(name) && !name.equals("storage")) {
            checks.notSupported(at, name, List.of("storage"));
        }
    }

    private static void amounts(ObjectValue amounts, FieldPath at, Checks checks) {
        for (int i = 0; i < amounts.size(); i++) {
            Quantity amount = Quantity.read(amounts.value(i));
            if (amount.signum() < 0) {
                checks.invalid(at.key(amounts.name(i)), amount.toString(), "must be a valid resource quantity");
            }
        }
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        if (object.object("metadata").object("annotations").has(CLASS_ANNOTATION)) {
            warnings.add("metadata.annotations[" + CLASS_ANNOTATION
                    + "]: deprecated since v1.8; use \"storageClassName\" attribute instead");
        }
        Quantity storage = size(object.object("spec").object("resources").object("requests"));
        if (Amounts.isFractional(storage)) {
            warnings.add("spec.resources.requests[storage]: fractional byte value \"" + storage
                    + "\" is invalid, must be an integer");
        }
        return warnings;
    }
}
