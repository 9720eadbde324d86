package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.structural.ListKeys;
import dev.jarbor.server.structural.Pruning;
import dev.jarbor.server.structural.StructuralSchema;
import dev.jarbor.server.structural.ValueValidation;
import java.util.ArrayList;
import java.util.List;

/** Defaults must be what they would be in an object: pruned, and valid by the schema that gives them. */
final class DefaultChecks {
    private final List<FieldError> errors = new ArrayList<>();

    private DefaultChecks() {}

    static List<FieldError> check(StructuralSchema schema, FieldPath path) {
        var checks = new DefaultChecks();
        checks.schema(schema, true, path);
        return checks.errors;
    }

    private void schema(StructuralSchema schema, boolean root, FieldPath path) {
        schema.defaultValue().ifPresent(value -> value(schema, root, value, path.child("default")));
        schema.items().ifPresent(items -> schema(items, false, path.child("items")));
        schema.properties().forEach((name, property) -> {
            boolean metadata = name.equals("metadata") && (root || schema.embeddedResource());
            FieldPath below = path.child("properties").key(name);
            if (metadata && property.hasDefaults()) {
                errors.add(FieldError.forbidden(below.child("default"), "must not be set in metadata"));
            } else {
                schema(property, false, below);
            }
        });
        schema.additional().ifPresent(more -> schema(more, false, path.child("additionalProperties")));
    }

    private void value(StructuralSchema schema, boolean root, Value value, FieldPath path) {
        if (root) {
            errors.add(FieldError.forbidden(path, "must not be set at the root"));
            return;
        }
        if (!Pruning.value(schema, value).removed().isEmpty()) {
            errors.add(FieldError.invalid(path, value, "must not have unknown fields"));
            return;
        }
        List<FieldError> invalid = ValueValidation.check(schema, value, path);
        errors.addAll(invalid);
        if (invalid.isEmpty()) {
            errors.addAll(ListKeys.duplicates(schema, value, path));
        }
    }
}
