package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * Whether a change is one of nothing but values that somebody owns already: then nobody comes to own more or less by it. Looks
 * only at what is not the very same and builds nothing, so it costs what the change is and not what the object is.
 *
 * <p>It says yes only where that is simple to see: where something comes or goes, or items are told apart by their keys, the full
 * {@link Comparison} has to tell.
 */
final class OwnChange {
    private boolean changed;

    private OwnChange() {}

    /** Whether {@code fresh} differs from {@code live}, and only in values of fields in {@code owned}. */
    static boolean isWithin(FieldSet owned, ObjectValue live, ObjectValue fresh, Shape shape) {
        var walk = new OwnChange();
        return walk.visit(owned.tree(), live, fresh, shape) && walk.changed;
    }

    /** @param owned what is owned of the values: as an entry of a set of fields, or nothing */
    @SuppressWarnings("ReferenceEquality") // the very same value is equal without looking
    private boolean visit(Value owned, Value before, Value after, @Nullable Shape shape) {
        if (before == after) {
            return true;
        }
        if (shape != null
                && shape.resolved() instanceof Shape.Fields object
                && !object.atomic()
                && before instanceof ObjectValue one
                && after instanceof ObjectValue other) {
            return fields(owned, one, other, object);
        }
        if (Comparison.same(before, after)) {
            return true;
        }
        changed = true;
        boolean whole = shape != null && (shape.resolved() instanceof Shape.Leaf || shape.isAtomic());
        return whole && owned instanceof ObjectValue entry && entry.isEmpty();
    }

    private boolean fields(Value owned, ObjectValue before, ObjectValue after, Shape.Fields shape) {
        if (before.size() != after.size()) {
            return false;
        }
        ObjectValue inside = owned instanceof ObjectValue entry ? entry : ObjectValue.EMPTY;
        for (int i = 0; i < before.size(); i++) {
            String name = before.name(i);
            if (!name.equals(after.name(i)) || !field(inside, name, before.value(i), after.value(i), shape)) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // the very same value is equal without looking
    private boolean field(ObjectValue owned, String name, Value before, Value after, Shape.Fields shape) {
        return before == after || visit(owned.valueOrNull(Elements.field(name)), before, after, shape.field(name));
    }
}
