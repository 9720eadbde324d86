package dev.jarbor.server.structural;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The items of {@code set} and {@code map} lists must differ: as a whole, or by their keys. */
public final class ListKeys {
    private ListKeys() {}

    /** What tells an item of a {@code map} list apart: its keys, with their defaults where they are absent. */
    static List<Value> of(StructuralSchema list, Value item) {
        var key = new ArrayList<Value>();
        for (String name : list.listMapKeys()) {
            Value own = item instanceof ObjectValue object ? object.valueOrNull(name) : NullValue.NULL;
            Optional<StructuralSchema> field = list.items().flatMap(items -> items.property(name));
            key.add(
                    own instanceof NullValue
                            ? field.flatMap(StructuralSchema::defaultValue).orElse(own)
                            : own);
        }
        return key;
    }

    /** The items that are there twice, anywhere in {@code value}. */
    public static List<FieldError> duplicates(StructuralSchema schema, Value value, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        walk(schema, value, path, errors);
        return errors;
    }

    private static void walk(StructuralSchema schema, Value value, FieldPath path, List<FieldError> errors) {
        switch (value) {
            case ObjectValue object -> {
                for (int i = 0; i < object.size(); i++) {
                    String name = object.name(i);
                    Optional<StructuralSchema> property = schema.property(name);
                    Value below = object.value(i);
                    if (property.isPresent()) {
                        walk(property.get(), below, path.child(name), errors);
                    } else if (schema.additional().isPresent()) {
                        walk(schema.additional().get(), below, path.key(name), errors);
                    }
                }
            }
            case ListValue list -> {
                switch (schema.listType()) {
                    case "set" -> set(list, path, errors);
                    case "map" -> map(schema, list, path, errors);
                    default -> {
                        // items may be the same
                    }
                }
                schema.items().ifPresent(items -> {
                    for (int i = 0; i < list.size(); i++) {
                        walk(items, list.get(i), path.index(i), errors);
                    }
                });
            }
            default -> {
                // nothing below
            }
        }
    }

    private static void set(ListValue list, FieldPath path, List<FieldError> errors) {
        Set<Value> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            if (!seen.add(list.get(i))) {
                errors.add(FieldError.duplicate(path.index(i), list.get(i)));
            }
        }
    }

    private static void map(StructuralSchema schema, ListValue list, FieldPath path, List<FieldError> errors) {
        Set<List<Value>> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof ObjectValue item && !seen.add(of(schema, item))) {
                ObjectValue key = ObjectValue.EMPTY;
                for (String name : schema.listMapKeys()) {
                    key = item.has(name) ? key.with(name, item.valueOrNull(name)) : key;
                }
                errors.add(FieldError.duplicate(path.index(i), key));
            }
        }
    }
}
