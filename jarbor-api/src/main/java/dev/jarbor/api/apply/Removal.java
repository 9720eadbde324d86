package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;

/** Takes fields and items out of an object. */
final class Removal {
    private Removal() {}

    static ObjectValue of(ObjectValue object, FieldSet gone, Shape shape) {
        if (gone.isEmpty()) {
            return object;
        }
        return without(object, gone, shape) instanceof ObjectValue rest ? rest : ObjectValue.EMPTY;
    }

    /** {@link NullValue} where nothing is left. */
    private static Value without(Value value, FieldSet gone, Shape shape) {
        return switch (shape.as(value)) {
            case Shape.Fields object ->
                value instanceof ObjectValue said && !object.atomic() ? fields(said, gone, object) : NullValue.NULL;
            case Shape.Items list ->
                value instanceof ListValue items && list.listing() != Shape.Listing.ATOMIC
                        ? items(items, gone, list)
                        : NullValue.NULL;
            case Shape.Leaf ignored -> value;
            case Shape.Deduced ignored -> value;
            case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
        };
    }

    private static Value fields(ObjectValue object, FieldSet gone, Shape.Fields shape) {
        ObjectValue rest = object;
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            String element = Elements.field(name);
            if (gone.hasElement(element)) {
                rest = rest.without(name);
                continue;
            }
            FieldSet inside = gone.inside(element);
            if (!inside.isEmpty()) {
                Shape inner = shape.field(name);
                Value left = without(object.value(i), inside, inner == null ? Shape.Deduced.DEDUCED : inner);
                rest = left instanceof NullValue ? rest.without(name) : rest.with(name, left);
            }
        }
        return rest.isEmpty() ? NullValue.NULL : rest;
    }

    private static Value items(ListValue list, FieldSet gone, Shape.Items shape) {
        var rest = new ArrayList<Value>(list.size());
        for (Value item : list) {
            if (!(ListKeys.of(shape, item) instanceof ListKeys.Found.Element(String element))) {
                rest.add(item);
            } else if (!gone.hasElement(element)) {
                FieldSet inside = gone.inside(element);
                rest.add(inside.isEmpty() ? item : without(item, inside, shape.item()));
            }
        }
        return rest.isEmpty() ? NullValue.NULL : ListValue.of(rest);
    }
}
