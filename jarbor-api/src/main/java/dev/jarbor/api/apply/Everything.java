package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All fields of a value that comes or goes as a whole, itself among them: what a comparison with nothing finds. Fields that
 * are always there count, although the value does not say them.
 */
final class Everything {
    private Everything() {}

    /** The entry of a set of fields for the place where {@code value} is; empty where it has no fields inside. */
    static ObjectValue of(Value value, Shape shape) {
        return switch (shape.as(value)) {
            case Shape.Fields object ->
                value instanceof ObjectValue said && !object.atomic() ? fields(said, object) : ObjectValue.EMPTY;
            case Shape.Items list ->
                value instanceof ListValue items && list.listing() != Shape.Listing.ATOMIC
                        ? items(items, list)
                        : ObjectValue.EMPTY;
            case Shape.Leaf ignored -> ObjectValue.EMPTY;
            case Shape.Deduced ignored -> ObjectValue.EMPTY;
            case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
        };
    }

    /** The names of an object's fields in order, with those of fields that are always there. */
    static Collection<String> names(@Nullable ObjectValue object, Shape.Fields shape) {
        if (object == null) {
            return shape.zeros().keySet();
        }
        if (object.names().containsAll(shape.zeros().keySet())) {
            return object.names();
        }
        var names = new TreeSet<>(object.names());
        names.addAll(shape.zeros().keySet());
        return names;
    }

    private static ObjectValue fields(ObjectValue object, Shape.Fields shape) {
        Collection<String> all = names(object, shape);
        if (all.isEmpty()) {
            return ObjectValue.EMPTY;
        }
        var names = new ArrayList<String>(all.size() + 1);
        var values = new ArrayList<Value>(all.size() + 1);
        names.add(FieldSet.SELF);
        values.add(ObjectValue.EMPTY);
        for (String name : all) {
            Value value = object.has(name) ? object.valueOrNull(name) : zero(name, shape);
            Shape inner = shape.field(name);
            names.add(Elements.field(name));
            values.add(of(value, inner == null ? Shape.Deduced.DEDUCED : inner));
        }
        return ObjectValue.ofSorted(names, values);
    }

    private static Value zero(String name, Shape.Fields shape) {
        Value zero = shape.zeros().get(name);
        return zero == null ? ObjectValue.EMPTY : zero;
    }

    private static ObjectValue items(ListValue list, Shape.Items shape) {
        var fields = new TreeMap<String, Value>();
        for (Value item : list) {
            if (ListKeys.of(shape, item) instanceof ListKeys.Found.Element(String element)) {
                // Of items with the same keys nothing but the place is known.
                fields.merge(element, of(item, shape.item()), (one, other) -> ObjectValue.EMPTY);
            }
        }
        if (fields.isEmpty()) {
            return ObjectValue.EMPTY;
        }
        fields.put(FieldSet.SELF, ObjectValue.EMPTY);
        return ObjectValue.ofSorted(new ArrayList<>(fields.keySet()), new ArrayList<>(fields.values()));
    }
}
