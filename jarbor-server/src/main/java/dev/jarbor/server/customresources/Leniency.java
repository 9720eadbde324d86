package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.structural.StructuralSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an update of a definition is not blamed for, because the definition was accepted with it, perhaps by an older server.
 *
 * @param schemas the schemas of its versions as they were
 * @param untyped whether one has types that there are not
 * @param unpruned whether one has defaults with fields that it does not have
 * @param loose whether one has sets of items that are no units
 * @param nullableItems whether one has sets or maps with items or keys that may be absent
 */
record Leniency(Set<ObjectValue> schemas, boolean untyped, boolean unpruned, boolean loose, boolean nullableItems) {
    /** Towards new definitions. */
    static final Leniency NONE = new Leniency(Set.of(), false, false, false, false);

    Leniency {
        schemas = Set.copyOf(schemas);
    }

    /** Towards updates of {@code before}. */
    static Leniency of(Definition before) {
        var schemas = new HashSet<ObjectValue>();
        before.versions().forEach(version -> schemas.add(version.schema()));
        return new Leniency(
                schemas,
                any(schemas, SchemaChecks::hasUnknownType),
                schemas.stream().anyMatch(schema -> DefaultChecks.isUnpruned(StructuralSchema.of(schema))),
                any(schemas, SchemaChecks::isLooseSet),
                any(
                        schemas,
                        part -> !SchemaChecks.absences(part, FieldPath.NONE).isEmpty()));
    }

    /** Whether a version had this schema before. */
    boolean knows(ObjectValue schema) {
        return schemas.contains(schema);
    }

    private static boolean any(Set<ObjectValue> schemas, Predicate<ObjectValue> test) {
        return schemas.stream().anyMatch(schema -> any(schema, test));
    }

    private static boolean anyProperty(ObjectValue properties, Predicate<ObjectValue> test) {
        return properties.names().stream().anyMatch(name -> any(properties.valueOrNull(name), test));
    }

    /** Whether a schema or a part of it passes. */
    private static boolean any(Value schema, Predicate<ObjectValue> test) {
        if (!(schema instanceof ObjectValue part)) {
            return false;
        }
        return test.test(part)
                || anyProperty(part.object("properties"), test)
                || List.of("items", "additionalProperties", "not").stream()
                        .anyMatch(field -> any(part.valueOrNull(field), test))
                || List.of("allOf", "anyOf", "oneOf").stream()
                        .flatMap(field -> part.list(field).stream())
                        .anyMatch(branch -> any(branch, test));
    }
}
