package dev.jarbor.api.schema;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One field of a type.
 *
 * @param name its name in JSON
 * @param protobufNumber its number in protobuf, 0 where it has none: unknown, or a field of an inlined message (see
 *     {@link TypeSchema#inlined()})
 * @param protobufWrapped whether each list of strings in it is a message with the strings in field 1
 * @param listMapKeys of a {@link ListType#MAP}, the fields that tell its items apart
 * @param patchStrategies what strategic merge patches do; empty means replace
 * @param patchMergeKey by what strategic merge patches find items, "" where by nothing
 * @param mapType how apply merges the object or map in this field
 * @param zero what becomes of the field's zero value
 * @param defaultOrNull what an absent field reads as by the published schema, or {@link NullValue#NULL}
 */
public record FieldSchema(
        String name,
        FieldType type,
        boolean required,
        int protobufNumber,
        boolean protobufWrapped,
        ListType listType,
        List<String> listMapKeys,
        Set<PatchStrategy> patchStrategies,
        String patchMergeKey,
        MapType mapType,
        ZeroValue zero,
        Value defaultOrNull) {

    public FieldSchema {
        listMapKeys = List.copyOf(listMapKeys);
        patchStrategies = Collections.unmodifiableSet(new TreeSet<>(patchStrategies));
    }

    /** A field of which only name and type are known. */
    public static FieldSchema of(String name, FieldType type) {
        return new FieldSchema(
                name,
                type,
                false,
                0,
                false,
                ListType.UNDECLARED,
                List.of(),
                Set.of(),
                "",
                MapType.UNDECLARED,
                ZeroValue.KEPT,
                NullValue.NULL);
    }

    /** Whether an object that holds {@code value} here is written without it. */
    public boolean leavesOut(Value value) {
        return zero == ZeroValue.OMITTED && isZero(value);
    }

    private static boolean isZero(Value value) {
        return switch (value) {
            case StringValue(String text) -> text.isEmpty();
            case IntegerValue(long number) -> number == 0;
            case DecimalValue(double number) -> number == 0;
            case BooleanValue truth -> truth.equals(BooleanValue.FALSE);
            case ListValue list -> list.isEmpty();
            case ObjectValue map -> map.isEmpty();
            case NullValue ignored -> true;
        };
    }

    public Optional<Value> defaultValue() {
        return defaultOrNull instanceof NullValue ? Optional.empty() : Optional.of(defaultOrNull);
    }
}
