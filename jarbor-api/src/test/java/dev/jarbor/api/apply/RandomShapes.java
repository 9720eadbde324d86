package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Random schemas, and random objects of them from few values, so that managers meet. */
final class RandomShapes {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int VALUES = 3;

    private final Random random;

    RandomShapes(Random random) {
        this.random = random;
    }

    Shape.Fields struct(int depth) {
        var fields = new TreeMap<String, Shape.Field>();
        for (String name : NAMES) {
            fields.put(name, Shape.Field.of(shape(depth)));
        }
        return Shape.Fields.of(fields, null, false);
    }

    private Shape shape(int depth) {
        return switch (depth == 0 ? random.nextInt(4) : random.nextInt(9)) {
            case 0, 1 -> Shape.Leaf.ANY;
            case 2 -> Shape.map(Shape.Leaf.ANY);
            case 3 -> new Shape.Items(Shape.Listing.SET, Map.of(), Shape.Leaf.ANY);
            case 4 -> Shape.atomicList(Shape.Leaf.ANY);
            case 5 -> Shape.Fields.of(struct(0).fields(), null, true);
            case 6 -> keyed(depth - 1);
            case 7 -> Shape.Deduced.DEDUCED;
            default -> struct(depth - 1);
        };
    }

    private Shape keyed(int depth) {
        var item = new TreeMap<>(struct(depth).fields());
        item.put("k", Shape.Field.of(Shape.Leaf.ANY));
        item.put("p", Shape.Field.of(Shape.Leaf.ANY));
        // The second key has a default, as the protocol of a port does.
        return new Shape.Items(
                Shape.Listing.MAP,
                new TreeMap<>(Map.of("k", NullValue.NULL, "p", Value.of("TCP"))),
                Shape.Fields.of(item, null, false));
    }

    /** An object with about half of its fields, none of them empty: owning what holds nothing is a matter of its own. */
    ObjectValue object(Shape.Fields shape) {
        var object = ObjectValue.builder();
        shape.fields().forEach((name, field) -> {
            Value value = value(field.shape());
            boolean empty = value.equals(ObjectValue.EMPTY) || value.equals(ListValue.EMPTY);
            if (!empty && random.nextBoolean()) {
                object.put(name, value);
            }
        });
        return object.build();
    }

    private Value value(Shape shape) {
        return switch (shape.resolved()) {
            case Shape.Leaf ignored -> scalar();
            // Always of one kind: a field of unknown type that is an object now and a number then has no owner to ask.
            case Shape.Deduced ignored -> map();
            case Shape.Fields fields -> fields.others() == null ? object(fields) : map();
            case Shape.Items items -> items(items);
            case Shape.Later ignored -> throw new IllegalStateException("resolved");
        };
    }

    private Value scalar() {
        return Value.of(random.nextInt(VALUES));
    }

    private ObjectValue map() {
        var map = ObjectValue.builder();
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                map.put(name, scalar());
            }
        }
        return map.build();
    }

    private ListValue items(Shape.Items list) {
        var items = new ArrayList<Value>();
        for (int key = 0; key < VALUES; key++) {
            if (random.nextBoolean()) {
                items.add(random.nextInt(items.size() + 1), item(list, key));
            }
        }
        return ListValue.of(items);
    }

    private Value item(Shape.Items list, int key) {
        if (list.listing() != Shape.Listing.MAP || !(list.item().resolved() instanceof Shape.Fields fields)) {
            return Value.of(key);
        }
        ObjectValue item = object(fields).with("k", key);
        return switch (random.nextInt(3)) {
            case 0 -> item.with("p", "TCP");
            case 1 -> item.with("p", "UDP");
            default -> item.without("p");
        };
    }

    /** Two objects that together say what {@code object} says, with no field in both but the keys of items. */
    List<ObjectValue> split(ObjectValue object, Shape.Fields shape) {
        ObjectValue left = ObjectValue.EMPTY;
        ObjectValue right = ObjectValue.EMPTY;
        for (String name : object.names()) {
            Value value = object.valueOrNull(name);
            Shape inner = shape.inside(Elements.field(name));
            if (inner instanceof Shape.Fields fields
                    && !fields.atomic()
                    && fields.others() == null
                    && value instanceof ObjectValue inside
                    && !inside.isEmpty()) {
                List<ObjectValue> parts = split(inside, fields);
                left = parts.get(0).isEmpty() ? left : left.with(name, parts.get(0));
                right = parts.get(1).isEmpty() ? right : right.with(name, parts.get(1));
            } else if (random.nextBoolean()) {
                left = left.with(name, value);
            } else {
                right = right.with(name, value);
            }
        }
        return List.of(left, right);
    }
}
