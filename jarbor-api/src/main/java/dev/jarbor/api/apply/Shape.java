package dev.jarbor.api.apply;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the values of a type are owned and merged: what apply has to know of a schema. */
public sealed interface Shape {
    /** A value without fields of its own, and what may stand there. */
    enum Leaf implements Shape {
        TEXT,
        NUMBER,
        TRUTH,
        ANY
    }

    /** Nothing is known: objects are granular, lists atomic. */
    enum Deduced implements Shape {
        DEDUCED
    }

    /** How the items of a list are told apart. */
    enum Listing {
        /** Not at all: the list is one value. */
        ATOMIC,
        /** By what they are. */
        SET,
        /** By their keys. */
        MAP
    }

    /**
     * A list.
     *
     * @param keys of a {@link Listing#MAP}, each with what it is where an item leaves it out, {@link NullValue} where it
     *     may not
     */
    record Items(Listing listing, Map<String, Value> keys, Shape item) implements Shape {}

    /**
     * A field that its type names.
     *
     * @param alwaysThere whether every object of the type has it, as a Go struct has its fields: an object that does
     *     not say it has {@code zero} there
     */
    record Field(Shape shape, boolean alwaysThere, Value zero) {
        public static Field of(Shape shape) {
            return new Field(shape, false, NullValue.NULL);
        }
    }

    /**
     * An object: named fields, or a map, or both.
     *
     * @param fields by name
     * @param others the shape of all fields that are not named; null where there may be none
     * @param atomic whether the object is one value
     * @param zeros the fields that an object has without saying so
     */
    record Fields(Map<String, Field> fields, @Nullable Shape others, boolean atomic, SortedMap<String, Value> zeros)
            implements Shape {
        public static Fields of(Map<String, Field> fields, @Nullable Shape others, boolean atomic) {
            var zeros = new TreeMap<String, Value>();
            fields.forEach((name, field) -> {
                if (field.alwaysThere()) {
                    zeros.put(name, field.zero());
                }
            });
            return new Fields(Map.copyOf(fields), others, atomic, Collections.unmodifiableSortedMap(zeros));
        }

        @Nullable
        Shape field(String name) {
            Field field = fields.get(name);
            return field != null ? field.shape() : others;
        }
    }

    /** A shape that is made when somebody first looks: types may hold themselves. */
    final class Later implements Shape {
        private final Supplier<Shape> source;
        private volatile @Nullable Shape made;

        public Later(Supplier<Shape> source) {
            this.source = source;
        }

        @Override
        public Shape resolved() {
            Shape known = made;
            if (known == null) {
                known = source.get().resolved();
                made = known;
            }
            return known;
        }
    }

    /** Itself, never {@link Later}. */
    default Shape resolved() {
        return this;
    }

    static Shape map(Shape values) {
        return Fields.of(Map.of(), values, false);
    }

    static Shape atomicList(Shape items) {
        return new Items(Listing.ATOMIC, Map.of(), items);
    }

    /** What {@code value} is taken for: where nothing is known, what it looks like. */
    default Shape as(@Nullable Value value) {
        Shape shape = resolved();
        if (shape != Deduced.DEDUCED) {
            return shape;
        }
        return switch (value) {
            case null -> DeducedShapes.OBJECT;
            case NullValue ignored -> DeducedShapes.OBJECT;
            case ObjectValue ignored -> DeducedShapes.OBJECT;
            case ListValue ignored -> DeducedShapes.LIST;
            default -> Leaf.ANY;
        };
    }

    /** Whether an object or list of this shape is one value. */
    default boolean isAtomic() {
        return switch (resolved()) {
            case Fields object -> object.atomic();
            case Items list -> list.listing() == Listing.ATOMIC;
            case Leaf ignored -> false;
            case Deduced ignored -> false;
            case Later ignored -> false;
        };
    }

    /** Whether this is an object whose type names the field {@code name}. */
    default boolean names(String name) {
        return resolved() instanceof Fields object && object.fields().containsKey(name);
    }

    /** The shape of what is at {@code element} inside; where there can be nothing, {@link Deduced}. */
    default Shape inside(String element) {
        Shape inner = switch (resolved()) {
            case Fields object -> Elements.isField(element) ? object.field(Elements.name(element)) : null;
            case Items list -> list.item();
            case Leaf ignored -> null;
            case Deduced ignored -> null;
            case Later ignored -> null;
        };
        return inner == null ? Deduced.DEDUCED : inner.resolved();
    }
}
