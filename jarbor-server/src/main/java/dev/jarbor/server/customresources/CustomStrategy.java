package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.rules.ValidationRules;
import dev.jarbor.server.registry.CustomVersion.ScalePaths;
import dev.jarbor.server.registry.Strategy;
import dev.jarbor.server.structural.Defaulting;
import dev.jarbor.server.structural.EmbeddedResources;
import dev.jarbor.server.structural.ListKeys;
import dev.jarbor.server.structural.StructuralSchema;
import dev.jarbor.server.structural.ValueValidation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How the objects of one version of a custom resource behave: as its schema says.
 *
 * @param hasStatus whether the status is a subresource
 * @param rules what the schema says in CEL
 */
record CustomStrategy(StructuralSchema schema, boolean hasStatus, ScalePaths scale, ValidationRules rules)
        implements Strategy {
    /** After faults of these kinds, rules would only report nonsense. */
    private static final Set<FieldError.Type> BLOCKING = Set.of(
            FieldError.Type.REQUIRED, FieldError.Type.TOO_LONG, FieldError.Type.TOO_MANY, FieldError.Type.TYPE_INVALID);

    private static final String NOT_CHECKED = "some validation rules were not checked because the object was invalid;"
            + " correct the existing errors to complete validation";

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Defaulting.of(schema, object);
    }

    @Override
    public boolean isBornWithStatus() {
        return true;
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return hasStatus ? object.without("status") : object;
    }

    /** An update of the status changes nothing else, not even metadata. */
    @Override
    public ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        ObjectValue metadata = before.object("metadata");
        Value managed = after.object("metadata").valueOrNull("managedFields");
        metadata = after.object("metadata").has("managedFields")
                ? metadata.with("managedFields", managed)
                : metadata.without("managedFields");
        ObjectValue kept = before.with("metadata", metadata);
        return after.has("status") ? kept.with("status", after.valueOrNull("status")) : kept.without("status");
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var errors = new ArrayList<>(ValueValidation.check(schema, object, FieldPath.NONE));
        errors.addAll(scaleErrors(object));
        errors.addAll(EmbeddedResources.check(schema, object, FieldPath.NONE));
        errors.addAll(ListKeys.duplicates(schema, object, FieldPath.NONE));
        errors.addAll(ruleErrors(object, Optional.empty(), errors, none -> {}));
        return errors;
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after, Consumer<String> warnings) {
        var errors = new ArrayList<>(ValueValidation.checkUpdate(schema, before, after, FieldPath.NONE));
        errors.addAll(scaleErrors(after));
        errors.addAll(EmbeddedResources.check(schema, after, FieldPath.NONE));
        if (ListKeys.duplicates(schema, before, FieldPath.NONE).isEmpty()) {
            errors.addAll(ListKeys.duplicates(schema, after, FieldPath.NONE));
        }
        errors.addAll(ruleErrors(after, Optional.of(before), errors, warnings));
        return errors;
    }

    private List<FieldError> ruleErrors(
            ObjectValue object, Optional<ObjectValue> before, List<FieldError> found, Consumer<String> warnings) {
        if (rules.isEmpty()) {
            return List.of();
        }
        return isBlocking(found)
                ? List.of(FieldError.invalid(FieldPath.NONE, NullValue.NULL, NOT_CHECKED))
                : rules.validate(object, before, warnings);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after, Consumer<String> warnings) {
        return validateReplacement(before, after, warnings);
    }

    static boolean isBlocking(List<FieldError> errors) {
        return errors.stream().anyMatch(error -> BLOCKING.contains(error.type()));
    }

    private List<FieldError> scaleErrors(ObjectValue object) {
        if (!scale.isPresent()) {
            return List.of();
        }
        var errors = new ArrayList<FieldError>();
        replicas(object, scale.specReplicas(), errors);
        replicas(object, scale.statusReplicas(), errors);
        return errors;
    }

    private static void replicas(ObjectValue object, List<String> path, List<FieldError> errors) {
        if (object.at(path.toArray(new String[0])) instanceof IntegerValue(long number)) {
            FieldPath field = FieldPath.of("." + String.join(".", path));
            if (number < 0) {
                errors.add(FieldError.invalid(field, number, "should be a non-negative integer"));
            } else if (number > Integer.MAX_VALUE) {
                errors.add(FieldError.invalid(field, number, "should be less than or equal to " + Integer.MAX_VALUE));
            }
        }
    }
}
