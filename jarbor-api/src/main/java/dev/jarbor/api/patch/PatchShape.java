package dev.jarbor.api.patch;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.PatchStrategy;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;

/** What a strategic merge patch has to know of an object: how each of its fields is patched. */
@FunctionalInterface
interface PatchShape {
    /**
     * How one field is patched.
     *
     * @param merges whether a list in it merges instead of being replaced
     * @param replaces whether an object in it is replaced instead of being merged
     * @param mergeKey the field by which the items of a list are found, or "" where they are no objects
     * @param inner the shape of the object in it, or of its list's items
     */
    record Field(boolean merges, boolean replaces, String mergeKey, PatchShape inner) {
        static Field plain(PatchShape inner) {
            return new Field(false, false, "", inner);
        }
    }

    Field field(String name);

    /** Of an object about which nothing is known: objects merge, everything else is replaced. */
    static PatchShape unknown() {
        return name -> Field.plain(unknown());
    }

    static PatchShape of(TypeSchema type, Schemas types) {
        return name -> type.field(name).map(field -> of(field, types)).orElseGet(() -> Field.plain(unknown()));
    }

    private static Field of(FieldSchema field, Schemas types) {
        return new Field(
                field.patchStrategies().contains(PatchStrategy.MERGE),
                field.patchStrategies().contains(PatchStrategy.REPLACE),
                field.patchMergeKey(),
                inner(field.type(), types));
    }

    private static PatchShape inner(FieldType type, Schemas types) {
        return switch (type) {
            case FieldType.Ref(String id) ->
                types.type(id).map(inner -> of(inner, types)).orElseGet(PatchShape::unknown);
            case FieldType.ListOf(FieldType item) -> inner(item, types);
            case FieldType.MapOf(FieldType value) -> name -> Field.plain(inner(value, types));
            case Scalar ignored -> unknown();
        };
    }
}
