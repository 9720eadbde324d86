package dev.jarbor.server.structural;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes fields out of objects that their schema does not specify.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning">Field
 *     pruning</a>
 */
public final class Pruning {
    /** Fields that every resource has, whatever its schema says. */
    private static final Set<String> RESOURCE_FIELDS = Set.of("apiVersion", "kind", "metadata");

    private static final int MOST_REPORTED = 100;

    private final List<String> removed = new ArrayList<>();

    private Pruning() {}

    /**
     * @param value what is left
     * @param removed the paths of what was taken out, such as {@code spec.list[0].foo}; at most 100
     */
    public record Pruned(Value value, List<String> removed) {
        public Pruned {
            removed = List.copyOf(removed);
        }
    }

    /** Prunes a whole resource: its apiVersion, kind and metadata stay. */
    public static Pruned resource(StructuralSchema schema, ObjectValue object) {
        var pass = new Pruning();
        Value pruned = pass.object(schema, true, object, "");
        return new Pruned(pruned, pass.removed);
    }

    /** Prunes a value that is no resource unless its schema says it is one. */
    public static Pruned value(StructuralSchema schema, Value value) {
        var pass = new Pruning();
        Value pruned = pass.value(schema, value, "");
        return new Pruned(pruned, pass.removed);
    }

    private Value value(@Nullable StructuralSchema schema, Value value, String path) {
        return switch (value) {
            case ObjectValue object -> object(schema == null ? StructuralSchema.EMPTY : schema, false, object, path);
            case ListValue list -> list(schema, list, path);
            default -> value;
        };
    }

    @SuppressWarnings("ReferenceEquality") // what is the very same needs no rewriting
    private Value object(StructuralSchema schema, boolean root, ObjectValue object, String path) {
        boolean resource = root || schema.embeddedResource();
        ObjectValue pruned = object;
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            Value before = object.value(i);
            if (resource && RESOURCE_FIELDS.contains(name)) {
                continue;
            }
            String here = path.isEmpty() ? name : path + "." + name;
            StructuralSchema property = schema.properties().get(name);
            if (property != null) {
                Value after = value(property, before, here);
                pruned = after == before ? pruned : pruned.with(name, after);
            } else if (schema.allowsAdditional()) {
                Value after = value(schema.additional().orElse(null), before, here);
                pruned = after == before ? pruned : pruned.with(name, after);
            } else if (!schema.preservesUnknownFields()) {
                pruned = pruned.without(name);
                if (removed.size() < MOST_REPORTED) {
                    removed.add(here);
                }
            }
        }
        return pruned;
    }

    @SuppressWarnings("ReferenceEquality") // what is the very same needs no rewriting
    private Value list(@Nullable StructuralSchema schema, ListValue list, String path) {
        StructuralSchema items = schema == null ? null : schema.items().orElse(null);
        if (items == null && schema != null && schema.preservesUnknownFields()) {
            return list;
        }
        List<Value> changed = null;
        for (int i = 0; i < list.size(); i++) {
            Value before = list.get(i);
            Value after = value(items, before, path + "[" + i + "]");
            if (after != before) {
                changed = changed == null ? new ArrayList<>(list.items()) : changed;
                changed.set(i, after);
            }
        }
        return changed == null ? list : ListValue.of(changed);
    }
}
