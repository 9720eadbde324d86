package dev.jarbor.api.value;

import org.jspecify.annotations.Nullable;

/**
 * Keeps equal parts of objects once: the containers of all pods of a ReplicaSet, their labels, owners and managed fields are
 * the same values a thousand times over. A table of a fixed size remembers the parts seen last; what falls out of it is kept
 * once more, which costs memory and nothing else.
 *
 * <p>Safe to use from any thread: values are immutable, and of two threads that meet in one slot the last one is remembered.
 */
public final class SharedValues {
    private static final int SLOTS = 1 << 16;
    /** Longer text is rarely the same twice, and costs time to compare. */
    private static final int LONGEST_TEXT = 256;

    private final @Nullable Value[] slots = new @Nullable Value[SLOTS];

    /** An object equal to {@code object} whose parts are those seen before, where there were equal ones. */
    public ObjectValue share(ObjectValue object) {
        return object.mapValues(this::part);
    }

    private Value part(Value value) {
        return switch (value) {
            case ObjectValue object -> isKnown(object) ? object : known(object.mapValues(this::part));
            case ListValue list -> isKnown(list) ? list : known(list.mapValues(this::part));
            case StringValue text -> text.text().length() > LONGEST_TEXT ? text : known(text);
            case IntegerValue number -> number;
            case DecimalValue number -> number;
            case BooleanValue truth -> truth;
            case NullValue none -> none;
        };
    }

    /** Most of an object that is written again are parts that were shared when it was written before. */
    @SuppressWarnings("ReferenceEquality") // the very same value: its parts have been shared
    private boolean isKnown(Value value) {
        return slots[slot(value)] == value;
    }

    private static int slot(Value value) {
        return (value.hashCode() * 0x9e3779b9) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS));
    }

    private Value known(Value value) {
        int slot = slot(value);
        Value before = slots[slot];
        if (before != null && before.equals(value)) {
            return before;
        }
        slots[slot] = value;
        return value;
    }
}
