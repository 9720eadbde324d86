package dev.jarbor.api.apply;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            Shape leftForm = shape.as(left);
            Shape rightForm = shape.as(right);
            boolean leaf;
            if (right == null) {
                leaf = visit(path, left, null, leftForm);
            } else if (left == null || leftForm.getClass() == rightForm.getClass()) {
                leaf = visit(path, left, right, rightForm);
            } else {
                visit(path, left, right, leftForm);
                leaf = visit(path, left, right, rightForm);
            }
            if (!leaf && left == null) {
                added.add(path);
            } else if (!leaf && right == null) {
                removed.add(path);
            }
        }

        /** Whether it was compared as one value. */
        private boolean visit(Path path, @Nullable Value left, @Nullable Value right, Shape form) {
            return switch (form) {
                case Shape.Fields object -> {
                    ObjectValue mine = left instanceof ObjectValue value ? value : null;
                    ObjectValue theirs = right instanceof ObjectValue value ? value : null;
                    boolean empty = isEmpty(object, mine) && isEmpty(object, theirs);
                    if (object.atomic() || empty) {
                        leaf(path, left, right);
                        yield true;
                    }
                    fields(path, mine, theirs, object);
                    yield false;
                }
                case Shape.Items list -> {
                    ListValue mine = left instanceof ListValue value ? value : null;
                    ListValue theirs = right instanceof ListValue value ? value : null;
                    boolean empty = (mine == null || mine.isEmpty()) && (theirs == null || theirs.isEmpty());
                    if (list.listing() == Shape.Listing.ATOMIC || empty) {
                        leaf(path, left, right);
                        yield true;
                    }
                    items(path, mine == null ? ListValue.EMPTY : mine, theirs == null ? ListValue.EMPTY : theirs, list);
                    yield false;
                }
                case Shape.Leaf ignored -> leaf(path, left, right);
                case Shape.Deduced ignored -> leaf(path, left, right);
                case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
            };
        }

        private static boolean isEmpty(Shape.Fields shape, @Nullable ObjectValue object) {
            return object == null || (object.isEmpty() && shape.zeros().isEmpty());
        }

        private boolean leaf(Path path, @Nullable Value left, @Nullable Value right) {
            if (left == null) {
                added.add(path);
            } else if (right == null) {
                removed.add(path);
            } else if (!same(left, right)) {
                modified.add(path);
            }
            return true;
        }

        private void fields(Path path, @Nullable ObjectValue left, @Nullable ObjectValue right, Shape.Fields shape) {
            var zeros = shape.zeros();
            for (String name : names(left, right, zeros.keySet())) {
                Value mine = left == null ? null : left.has(name) ? left.valueOrNull(name) : zeros.get(name);
                Value theirs = right == null ? null : right.has(name) ? right.valueOrNull(name) : zeros.get(name);
                if (mine != null || theirs != null) {
                    Shape inner = shape.field(name);
                    compare(path.field(name), mine, theirs, inner == null ? Shape.Deduced.DEDUCED : inner);
                }
            }
        }

        /** What is named on one side, and what both have without saying it where only one side is there at all. */
        private static Set<String> names(@Nullable ObjectValue left, @Nullable ObjectValue right, Set<String> zeros) {
            var names = new LinkedHashSet<String>();
            if (left != null) {
                names.addAll(left.names());
            }
            if (right != null) {
                names.addAll(right.names());
            }
            if (left == null || right == null) {
                names.addAll(zeros);
            }
            return names;
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
