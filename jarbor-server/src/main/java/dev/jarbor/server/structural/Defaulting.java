package dev.jarbor.server.structural;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fills in what a schema gives a default for. An explicit null where null is not allowed counts as absent: it takes the
 * default, or goes.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting">Defaulting</a>
 */
public final class Defaulting {
    private Defaulting() {}

    /** {@code object} with its defaults; the very same where nothing was missing. */
    public static ObjectValue of(StructuralSchema schema, ObjectValue object) {
        return schema.hasDefaults() && value(schema, object) instanceof ObjectValue defaulted ? defaulted : object;
    }

    private static Value value(StructuralSchema schema, Value value) {
        return switch (value) {
            case ObjectValue object -> object(schema, object);
            case ListValue list ->
                schema.items().map(items -> list(items, list)).orElse(list);
            default -> value;
        };
    }

    @SuppressWarnings("ReferenceEquality") // what is the very same needs no rewriting
    private static ObjectValue object(StructuralSchema schema, ObjectValue object) {
        ObjectValue defaulted = object;
        for (Map.Entry<String, StructuralSchema> entry : schema.properties().entrySet()) {
            StructuralSchema property = entry.getValue();
            Optional<Value> given = property.defaultValue();
            boolean missing = !defaulted.has(entry.getKey())
                    || (defaulted.valueOrNull(entry.getKey()) instanceof NullValue && !property.nullable());
            if (missing && given.isPresent()) {
                defaulted = defaulted.with(entry.getKey(), given.get());
            }
        }
        for (int i = 0; i < object.size(); i++) {
            // Defaults may stand at other indexes now; names do not move.
            String name = object.name(i);
            Value before = defaulted.valueOrNull(name);
            StructuralSchema property = schema.properties().get(name);
            StructuralSchema below =
                    property != null ? property : schema.additional().orElse(StructuralSchema.EMPTY);
            if (property == null && before instanceof NullValue && !below.nullable()) {
                Optional<Value> given = below.defaultValue();
                defaulted = given.isPresent() ? defaulted.with(name, given.get()) : defaulted;
                continue;
            }
            Value after = value(below, before);
            defaulted = after == before ? defaulted : defaulted.with(name, after);
        }
        for (Map.Entry<String, StructuralSchema> entry : schema.properties().entrySet()) {
            // A default may itself lack what the schema below it gives.
            if (!object.has(entry.getKey()) && defaulted.has(entry.getKey())) {
                Value before = defaulted.valueOrNull(entry.getKey());
                Value after = value(entry.getValue(), before);
                defaulted = after == before ? defaulted : defaulted.with(entry.getKey(), after);
            }
        }
        return defaulted;
    }

    @SuppressWarnings("ReferenceEquality") // what is the very same needs no rewriting
    private static Value list(StructuralSchema items, ListValue list) {
        List<Value> changed = null;
        for (int i = 0; i < list.size(); i++) {
            Value before = list.get(i);
            boolean missing = before instanceof NullValue && !items.nullable();
            Value after = value(items, missing ? items.defaultValue().orElse(before) : before);
            if (after != before) {
                changed = changed == null ? new ArrayList<>(list.items()) : changed;
                changed.set(i, after);
            }
        }
        return changed == null ? list : ListValue.of(changed);
    }

    /** Takes out explicit nulls where null is not allowed; {@link #of} puts the default there, if there is one. */
    public static ObjectValue withoutNulls(StructuralSchema schema, ObjectValue object) {
        return nulls(schema, object) instanceof ObjectValue pruned ? pruned : object;
    }

    @SuppressWarnings("ReferenceEquality") // what is the very same needs no rewriting
    private static Value nulls(StructuralSchema schema, Value value) {
        return switch (value) {
            case ObjectValue object -> {
                ObjectValue pruned = object;
                for (int i = 0; i < object.size(); i++) {
                    String name = object.name(i);
                    Value before = object.value(i);
                    StructuralSchema property = schema.properties().get(name);
                    if (property != null && before instanceof NullValue && !property.nullable()) {
                        pruned = pruned.without(name);
                        continue;
                    }
                    StructuralSchema below =
                            property != null ? property : schema.additional().orElse(StructuralSchema.EMPTY);
                    if (before instanceof NullValue
                            && schema.additional().isPresent()
                            && !below.nullable()
                            && below.defaultValue().isEmpty()) {
                        pruned = pruned.without(name);
                        continue;
                    }
                    Value after = nulls(below, before);
                    pruned = after == before ? pruned : pruned.with(name, after);
                }
                yield pruned;
            }
            case ListValue list -> {
                Optional<StructuralSchema> items = schema.items();
                yield items.isEmpty()
                        ? list
                        : ListValue.of(list.items().stream()
                                .map(item -> nulls(items.get(), item))
                                .toList());
            }
            default -> value;
        };
    }
}
