package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.HashSet;
import java.util.Set;

/** The fields that an object says: what an applied configuration owns. */
final class Contents {
    private final FieldSet.Builder fields = new FieldSet.Builder();

    private Contents() {}

    static FieldSet of(ObjectValue object, Shape shape) {
        var contents = new Contents();
        contents.visit(Path.ROOT, object, shape);
        return contents.fields.build();
    }

    private void visit(Path path, Value value, Shape shape) {
        switch (shape.as(value)) {
            case Shape.Fields object -> {
                if (object.atomic()) {
                    fields.add(path);
                } else if (value instanceof ObjectValue said) {
                    members(path, said, object);
                }
            }
            case Shape.Items list -> {
                if (list.listing() == Shape.Listing.ATOMIC) {
                    fields.add(path);
                } else if (value instanceof ListValue items) {
                    items(path, items, list);
                }
            }
            case Shape.Leaf ignored -> fields.add(path);
            case Shape.Deduced ignored -> fields.add(path);
            case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
        }
    }

    private void members(Path path, ObjectValue object, Shape.Fields shape) {
        object.forEach((name, value) -> {
            Path here = path.field(name);
            Shape inner = shape.field(name);
            visit(here, value, inner == null ? Shape.Deduced.DEDUCED : inner);
            boolean empty = value instanceof NullValue || (value instanceof ObjectValue fields && fields.isEmpty());
            if (empty || !shape.names(name)) {
                fields.add(here);
            }
        });
    }

    /** Items whose keys occur more than once are owned as one, without what is in them. */
    private void items(Path path, ListValue items, Shape.Items list) {
        var seen = new HashSet<String>();
        Set<String> repeated = new HashSet<>();
        for (Value item : items) {
            if (ListKeys.of(list, item) instanceof ListKeys.Found.Element(String element) && !seen.add(element)) {
                repeated.add(element);
            }
        }
        for (Value item : items) {
            if (ListKeys.of(list, item) instanceof ListKeys.Found.Element(String element)) {
                Path here = path.child(element);
                fields.add(here);
                if (!repeated.contains(element)) {
                    visit(here, item, list.item());
                }
            }
        }
    }
}
