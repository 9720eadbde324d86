package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.ClaimSpecs;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/** The rules of storage: volumes, claims and classes. */
final class Volumes {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String[] ACCESS = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"};

    private Volumes() {}

    /** PersistentVolumeClaims. */
    static final class Claims implements Strategy {
        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue filled = always(object, "spec", spec -> text(spec, "volumeMode", "Filesystem"));
            return always(filled, "status", status -> text(status, "phase", "Pending"));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ClaimSpecs.check(object.object("spec"), SPEC, checks);
            return checks.errors();
        }

        /** A claim's size may grow once it is bound; a volume's name may be set once; nothing else changes. */
        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            ObjectValue old = before.object("spec");
            ObjectValue spec = after.object("spec");
            ObjectValue comparable = Edits.keep(old, spec, "resources");
            comparable = Edits.keep(old, comparable, "volumeAttributesClassName");
            if (old.string("volumeName").isEmpty()) {
                comparable = Edits.keep(old, comparable, "volumeName");
            }
            if (!old.has("storageClassName")) {
                comparable = Edits.keep(old, comparable, "storageClassName");
            }
            if (!comparable.equals(old)) {
                return List.of(FieldError.forbidden(
                        SPEC,
                        "spec is immutable after creation except resources.requests and volumeAttributesClassName for"
                                + " bound claims"));
            }
            Quantity had =
                    Quantity.read(old.object("resources").object("requests").valueOrNull("storage"));
            Quantity has =
                    Quantity.read(spec.object("resources").object("requests").valueOrNull("storage"));
            return has.compareTo(had) < 0
                    ? List.of(FieldError.forbidden(
                            SPEC.child("resources", "requests", "storage"),
                            "field can not be less than status.capacity"))
                    : List.of();
        }
    }

    /** PersistentVolumes. */
    static final class PersistentVolumes implements Strategy {
        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            ObjectValue filled = always(
                    object,
                    "spec",
                    spec -> text(text(spec, "persistentVolumeReclaimPolicy", "Retain"), "volumeMode", "Filesystem"));
            return always(filled, "status", status -> text(status, "phase", "Pending"));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue spec = object.object("spec");
            accessModes(spec, checks);
            if (!spec.object("capacity").has("storage")) {
                checks.add(FieldError.required(SPEC.child("capacity"), ""));
            }
            checks.oneOf(spec, "persistentVolumeReclaimPolicy", SPEC, "Delete", "Recycle", "Retain");
            return checks.errors();
        }
    }

    private static void accessModes(ObjectValue spec, Checks checks) {
        FieldPath path = SPEC.child("accessModes");
        if (spec.list("accessModes").isEmpty()) {
            checks.add(FieldError.required(path, "at least 1 access mode is required"));
        }
        for (String mode : spec.list("accessModes").strings()) {
            if (!List.of(ACCESS).contains(mode)) {
                checks.add(FieldError.notSupported(path, mode, List.of(ACCESS)));
            }
        }
    }

    static Strategy storageClasses() {
        return Simple.defaulting(
                        object -> text(text(object, "reclaimPolicy", "Delete"), "volumeBindingMode", "Immediate"))
                .checking((object, checks) -> {
                    checks.required(object, "provisioner", FieldPath.NONE);
                    checks.oneOf(object, "volumeBindingMode", FieldPath.NONE, "Immediate", "WaitForFirstConsumer");
                })
                .keeping((before, after, checks) -> {
                    if (!before.object("parameters").equals(after.object("parameters"))) {
                        checks.add(FieldError.forbidden(
                                FieldPath.of("parameters"), "updates to parameters are forbidden."));
                    }
                    if (!before.string("provisioner").equals(after.string("provisioner"))) {
                        checks.add(FieldError.forbidden(
                                FieldPath.of("provisioner"), "updates to provisioner are forbidden."));
                    }
                    checks.immutable(before, after, "reclaimPolicy", FieldPath.NONE);
                    checks.immutable(before, after, "volumeBindingMode", FieldPath.NONE);
                });
    }

    static Strategy drivers() {
        return Simple.defaulting(object -> always(object, "spec", spec -> {
            spec = absent(spec, "attachRequired", Value.of(true));
            spec = absent(spec, "podInfoOnMount", Value.of(false));
            spec = absent(spec, "storageCapacity", Value.of(false));
            spec = absent(spec, "requiresRepublish", Value.of(false));
            spec = absent(spec, "seLinuxMount", Value.of(false));
            spec = text(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
            return spec.list("volumeLifecycleModes").isEmpty()
                    ? spec.with("volumeLifecycleModes", ListValue.ofStrings(List.of("Persistent")))
                    : spec;
        }));
    }
}
