package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * ResourceClaims, which never change once they are made, and the templates that they are made from.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic Resource
 *     Allocation</a>
 */
public final class ResourceClaims implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(Edits.inside(object, "spec", DeviceRequests::defaults), "status", ClaimStatus::defaults);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        DeviceRequests.check(object.object("spec"), SPEC, checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var errors = new ArrayList<>(validate(after));
        errors.addAll(unchanged(before, after));
        return errors;
    }

    private static List<FieldError> unchanged(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "spec")
                ? List.of()
                : List.of(FieldError.invalid(SPEC, after.valueOrNull("spec"), Checks.IMMUTABLE));
    }

    @Override
    public ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        return ClaimStatus.released(before, after);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return ClaimStatus.check(before, after);
    }

    /** ResourceClaimTemplates. */
    public static final class Templates implements Strategy {
        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return Edits.inside(object, "spec", template -> Edits.inside(template, "spec", DeviceRequests::defaults));
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            ObjectValue template = object.object("spec");
            ObjectValue metadata = template.object("metadata");
            checks.annotations(metadata.object("annotations"), SPEC.child("metadata", "annotations"));
            checks.labels(metadata.object("labels"), SPEC.child("metadata", "labels"));
            DeviceRequests.check(template.object("spec"), SPEC.child("spec"), checks);
            return checks.errors();
        }

        @Override
        public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
            var errors = new ArrayList<>(validate(after));
            errors.addAll(unchanged(before, after));
            return errors;
        }
    }
}
