package dev.jarbor.server.customresources;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.rules.ValidationRules;
import dev.jarbor.server.structural.EmbeddedResources;
import dev.jarbor.server.structural.Pruning;
import dev.jarbor.server.structural.StructuralSchema;
import dev.jarbor.server.structural.ValueValidation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Defaults must be what they would be in an object: pruned, valid by the schema that gives them and by its rules; inside the
 * metadata of a resource, such as metadata can be. Those in {@code additionalProperties} are forbidden elsewhere.
 */
final class DefaultChecks {
    /** A resource around a default of its metadata. */
    private static final ObjectValue RESOURCE =
            ObjectValue.EMPTY.with("apiVersion", "validation/v1").with("kind", "Validation");

    private final boolean pruned;
    private final List<FieldError> errors = new ArrayList<>();

    private DefaultChecks(boolean pruned) {
        this.pruned = pruned;
    }

    /** @param pruned whether defaults may only have fields that the schema has */
    static List<FieldError> check(StructuralSchema schema, boolean pruned, FieldPath path) {
        var checks = new DefaultChecks(pruned);
        checks.resource(schema, path);
        return checks.errors;
    }

    /** Whether a default has fields that {@code schema} does not have. */
    static boolean isUnpruned(StructuralSchema schema) {
        return check(schema, true, FieldPath.NONE).size()
                > check(schema, false, FieldPath.NONE).size();
    }

    /** The schema of a whole resource. */
    private void resource(StructuralSchema schema, FieldPath path) {
        schema.defaultValue().ifPresent(value -> plain(schema, true, value, path.child("default")));
        schema.properties().forEach((name, property) -> {
            FieldPath below = path.child("properties").key(name);
            if (List.of("metadata", "apiVersion", "kind").contains(name)) {
                meta(schema, property, value -> RESOURCE.with(name, value), below);
            } else {
                part(property, below);
            }
        });
    }

    private void part(StructuralSchema schema, FieldPath path) {
        if (schema.embeddedResource()) {
            resource(schema, path);
            return;
        }
        schema.defaultValue().ifPresent(value -> plain(schema, false, value, path.child("default")));
        schema.items().ifPresent(items -> part(items, path.child("items")));
        schema.properties()
                .forEach((name, property) ->
                        part(property, path.child("properties").key(name)));
    }

    private void plain(StructuralSchema schema, boolean resource, Value value, FieldPath place) {
        Value left = resource && value instanceof ObjectValue object
                ? Pruning.resource(schema, object).value()
                : Pruning.value(schema, value).value();
        if (pruned && !left.equals(value)) {
            errors.add(FieldError.invalid(place, value, "must not have unknown fields"));
        }
        try {
            EmbeddedResources.coercePart(schema, resource, value);
        } catch (ApiException malformed) {
            errors.add(FieldError.invalid(place, value, String.valueOf(malformed.getMessage())));
            return;
        }
        List<FieldError> embedded = EmbeddedResources.checkPart(schema, resource, value, place);
        if (embedded.isEmpty()) {
            valid(schema, resource, value, place);
        } else {
            errors.addAll(embedded);
        }
    }

    private void valid(StructuralSchema schema, boolean resource, Value value, FieldPath place) {
        List<FieldError> invalid = ValueValidation.check(schema, value, place);
        errors.addAll(invalid.isEmpty() ? ValidationRules.checkDefault(schema.raw(), resource, value, place) : invalid);
    }

    /**
     * A part of the metadata of {@code resource}.
     *
     * @param around makes a whole resource of a value of that part
     */
    private void meta(
            StructuralSchema resource, StructuralSchema schema, Function<Value, ObjectValue> around, FieldPath path) {
        if (schema.embeddedResource()) {
            resource(schema, path);
            return;
        }
        schema.defaultValue().ifPresent(value -> {
            FieldPath place = path.child("default");
            String fault = fault(resource, around.apply(value));
            if (fault.isEmpty()) {
                valid(schema, false, value, place);
            } else {
                errors.add(FieldError.invalid(place, value, "must result in valid metadata: " + fault));
            }
        });
        schema.items()
                .ifPresent(items ->
                        meta(resource, items, value -> around.apply(ListValue.of(value)), path.child("items")));
        schema.properties()
                .forEach((name, property) -> meta(
                        resource,
                        property,
                        value -> around.apply(ObjectValue.of(name, value)),
                        path.child("properties").key(name)));
    }

    /** What is wrong with the metadata of {@code object}, or "". */
    private static String fault(StructuralSchema resource, ObjectValue object) {
        try {
            EmbeddedResources.coercePart(resource, true, object);
        } catch (ApiException malformed) {
            return String.valueOf(malformed.getMessage());
        }
        List<FieldError> faults = EmbeddedResources.checkPart(resource, true, object, FieldPath.NONE);
        String texts = faults.stream().map(FieldError::toString).distinct().collect(Collectors.joining(", "));
        return faults.size() > 1 ? "[" + texts + "]" : texts;
    }
}
