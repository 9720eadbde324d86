package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.structural.StructuralRules;
import dev.jarbor.server.structural.StructuralSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the schemas of a definition are structural. Nobody can write one today whose schemas are not, but a store may hold
 * some that were written when that was allowed: their status says so.
 */
final class Structure {
    private static final String CONDITION = "NonStructuralSchema";

    private Structure() {}

    /** The status with the condition where the definition has such a schema, and without it where it has not. */
    static ObjectValue status(Definition definition, ObjectValue status, Instant now) {
        List<FieldError> violations = violations(definition);
        return violations.isEmpty()
                ? Conditions.without(status, CONDITION)
                : Conditions.with(status, CONDITION, "True", "Violations", FieldError.aggregate(violations), now);
    }

    private static List<FieldError> violations(Definition definition) {
        var violations = new ArrayList<FieldError>();
        if (definition.spec().bool("preserveUnknownFields")) {
            violations.add(
                    FieldError.invalid(FieldPath.of("spec", "preserveUnknownFields"), Value.of(true), "must be false"));
        }
        List<Definition.Version> versions = definition.versions();
        for (int i = 0; i < versions.size(); i++) {
            ObjectValue schema = versions.get(i).schema();
            if (!schema.isEmpty()) {
                FieldPath path = FieldPath.of("spec", "versions").index(i).child("schema", "openAPIV3Schema");
                violations.addAll(StructuralRules.check(StructuralSchema.of(schema), path));
            }
        }
        return violations;
    }
}
