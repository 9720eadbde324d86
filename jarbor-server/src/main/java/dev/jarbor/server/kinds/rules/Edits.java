package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Small edits of immutable objects; each answers the very same object when there is nothing to change. */
@SuppressWarnings("ReferenceEquality") // the very same object is the sign that nothing changed
public final class Edits {
    private Edits() {}

    /** Sets {@code field} where it is absent or the empty string, which Kubernetes reads as the same. */
    public static ObjectValue text(ObjectValue object, String field, String value) {
        return switch (object.valueOrNull(field)) {
            case NullValue ignored -> object.with(field, value);
            case Value found when found.toString().isEmpty() -> object.with(field, value);
            default -> object;
        };
    }

    /** Sets {@code field} where it is absent. */
    public static ObjectValue absent(ObjectValue object, String field, Value value) {
        return object.has(field) ? object : object.with(field, value);
    }

    /** Sets {@code field} where it is absent. */
    public static ObjectValue absent(ObjectValue object, String field, long number) {
        return object.has(field) ? object : object.with(field, number);
    }

    /** Sets {@code field} where it is absent or 0, for numbers whose zero means: not given. */
    public static ObjectValue positive(ObjectValue object, String field, long number) {
        return object.integer(field) != 0 ? object : object.with(field, number);
    }

    /** Changes the object under {@code field} where there is one. */
    public static ObjectValue inside(ObjectValue object, String field, UnaryOperator<ObjectValue> change) {
        if (!(object.valueOrNull(field) instanceof ObjectValue inner)) {
            return object;
        }
        ObjectValue changed = change.apply(inner);
        return changed == inner ? object : object.with(field, changed);
    }

    /** Changes the object under {@code field}, starting from an empty one where there is none. */
    public static ObjectValue always(ObjectValue object, String field, UnaryOperator<ObjectValue> change) {
        ObjectValue inner = object.object(field);
        ObjectValue changed = change.apply(inner);
        return changed == inner && object.has(field) ? object : object.with(field, changed);
    }

    /** Changes each object in the list under {@code field}. */
    public static ObjectValue each(ObjectValue object, String field, UnaryOperator<ObjectValue> change) {
        ListValue list = object.list(field);
        List<Value> items = list.items();
        boolean same = true;
        var changed = new ArrayList<Value>(items.size());
        for (Value item : items) {
            Value next = item instanceof ObjectValue inner ? change.apply(inner) : item;
            same &= next == item;
            changed.add(next);
        }
        return same ? object : object.with(field, ListValue.of(changed));
    }

    /** Takes {@code field} of {@code before} over into {@code after}, absence included. */
    public static ObjectValue keep(ObjectValue before, ObjectValue after, String field) {
        return before.has(field) ? after.with(field, before.valueOrNull(field)) : after.without(field);
    }
}
