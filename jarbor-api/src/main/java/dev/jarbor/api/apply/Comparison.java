package dev.jarbor.api.apply;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two objects of one shape; no field is in more than one of the sets.
 *
 * @param removed what only the first has
 * @param modified what both have and is not the same
 * @param added what only the second has
 */
public record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {
    private static final Comparison NONE = new Comparison(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY);

    /** Compares; parts that are the very same value are not walked. */
    @SuppressWarnings("ReferenceEquality") // the very same value is equal without looking
    public static Comparison of(ObjectValue before, ObjectValue after, Shape shape) {
        if (before == after) {
            return NONE;
        }
        var walk = new Walk();
        walk.compare(Path.ROOT, before, after, shape);
        return new Comparison(walk.removed.build(), walk.modified.build(), walk.added.build());
    }

    public boolean isSame() {
        return removed.isEmpty() && modified.isEmpty() && added.isEmpty();
    }

    /** What was written: the modified and the added fields. */
    public FieldSet written() {
        return modified.union(added);
    }

    Comparison filtered(UnaryOperator<FieldSet> kept) {
        return new Comparison(kept.apply(removed), kept.apply(modified), kept.apply(added));
    }

    /** Equality by content, numbers by their value. */
    static boolean same(Value one, Value other) {
        if (one instanceof IntegerValue(long whole) && other instanceof DecimalValue(double number)) {
            return whole == number;
        }
        if (one instanceof DecimalValue && other instanceof IntegerValue) {
            return same(other, one);
        }
        return one.equals(other);
    }

    private static final class Walk {
        private final FieldSet.Builder removed = new FieldSet.Builder();
        private final FieldSet.Builder modified = new FieldSet.Builder();
        private final FieldSet.Builder added = new FieldSet.Builder();

        /** Compares what two objects have at {@code path}; null where one has nothing. */
        @SuppressWarnings("ReferenceEquality") // the very same value is equal without looking
        void compare(Path path, @Nullable Value left, @Nullable Value right, Shape shape) {
            if (left == right) {
                return;
            }
            if (left == null) {
                added.addAll(path, Everything.of(right == null ? NullValue.NULL : right, shape));
                return;
            }
            if (right == null) {
                removed.addAll(path, Everything.of(left, shape));
                return;
            }
            Shape leftForm = shape.as(left);
            Shape rightForm = shape.as(right);
            if (leftForm.getClass() != rightForm.getClass()) {
                visit(path, left, right, leftForm);
            }
            visit(path, left, right, rightForm);
        }

        private void visit(Path path, Value left, Value right, Shape form) {
            switch (form) {
                case Shape.Fields object -> {
                    ObjectValue mine = left instanceof ObjectValue value ? value : null;
                    ObjectValue theirs = right instanceof ObjectValue value ? value : null;
                    if (object.atomic() || (isEmpty(object, mine) && isEmpty(object, theirs))) {
                        leaf(path, left, right);
                    } else {
                        fields(path, mine, theirs, object);
                    }
                }
                case Shape.Items list -> {
                    ListValue mine = left instanceof ListValue value ? value : ListValue.EMPTY;
                    ListValue theirs = right instanceof ListValue value ? value : ListValue.EMPTY;
                    if (list.listing() == Shape.Listing.ATOMIC || (mine.isEmpty() && theirs.isEmpty())) {
                        leaf(path, left, right);
                    } else {
                        items(path, mine, theirs, list);
                    }
                }
                case Shape.Leaf ignored -> leaf(path, left, right);
                case Shape.Deduced ignored -> leaf(path, left, right);
                case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
            }
        }

        private static boolean isEmpty(Shape.Fields shape, @Nullable ObjectValue object) {
            return object == null || (object.isEmpty() && shape.zeros().isEmpty());
        }

        private void leaf(Path path, Value left, Value right) {
            if (!same(left, right)) {
                modified.add(path);
            }
        }

        private void fields(Path path, @Nullable ObjectValue left, @Nullable ObjectValue right, Shape.Fields shape) {
            if (left == null || right == null) {
                Everything.names(left == null ? right : left, shape)
                        .forEach(name -> field(path, name, value(left, name, shape), value(right, name, shape), shape));
                return;
            }
            int i = 0;
            int j = 0;
            while (i < left.size() || j < right.size()) {
                int order = i == left.size()
                        ? 1
                        : j == right.size() ? -1 : left.name(i).compareTo(right.name(j));
                String name = order <= 0 ? left.name(i) : right.name(j);
                Value mine = order <= 0 ? left.value(i) : shape.zeros().get(name);
                Value theirs = order >= 0 ? right.value(j) : shape.zeros().get(name);
                field(path, name, mine, theirs, shape);
                i += order <= 0 ? 1 : 0;
                j += order >= 0 ? 1 : 0;
            }
        }

        private static @Nullable Value value(@Nullable ObjectValue object, String name, Shape.Fields shape) {
            return object == null
                    ? null
                    : object.has(name)
                            ? object.valueOrNull(name)
                            : shape.zeros().get(name);
        }

        @SuppressWarnings("ReferenceEquality") // the very same value is equal without looking
        private void field(Path path, String name, @Nullable Value left, @Nullable Value right, Shape.Fields shape) {
            if (left != right) {
                Shape inner = shape.field(name);
                compare(path.field(name), left, right, inner == null ? Shape.Deduced.DEDUCED : inner);
            }
        }

        private void items(Path path, ListValue left, ListValue right, Shape.Items list) {
            var byKey = new LinkedHashMap<String, Both>();
            gather(left, list, byKey, true);
            gather(right, list, byKey, false);
            byKey.forEach((element, both) -> item(path.child(element), both, list.item()));
        }

        private record Both(List<Value> left, List<Value> right) {}

        private static void gather(ListValue items, Shape.Items list, Map<String, Both> byKey, boolean isLeft) {
            for (Value item : items) {
                // An item without keys cannot be told from others, so nobody can own it.
                if (ListKeys.of(list, item) instanceof ListKeys.Found.Element(String element)) {
                    Both both =
                            byKey.computeIfAbsent(element, absent -> new Both(new ArrayList<>(1), new ArrayList<>(1)));
                    (isLeft ? both.left() : both.right()).add(item);
                }
            }
        }

        /** Items whose keys occur more than once are one value: told apart from nothing, merged with nothing. */
        private void item(Path path, Both both, Shape shape) {
            List<Value> left = both.left();
            List<Value> right = both.right();
            if (left.size() <= 1 && right.size() <= 1) {
                compare(
                        path,
                        left.isEmpty() ? null : left.getFirst(),
                        right.isEmpty() ? null : right.getFirst(),
                        shape);
            } else if (left.size() > 1 && right.size() > 1) {
                if (!left.equals(right)) {
                    modified.add(path);
                }
            } else if (left.size() > 1) {
                if (!right.isEmpty()) {
                    compare(path, null, right.getFirst(), shape);
                }
                removed.add(path);
            } else {
                if (!left.isEmpty()) {
                    compare(path, left.getFirst(), null, shape);
                }
                added.add(path);
            }
        }
    }
}
