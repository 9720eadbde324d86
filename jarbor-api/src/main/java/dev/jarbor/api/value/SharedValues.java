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

    /** Says who an object is and is in no other one: only its parts are looked for. */
    private static final String METADATA = "metadata";

    private final @Nullable Value[] slots = new @Nullable Value[SLOTS];

    /** An object equal to {@code object} whose parts are those seen before, where there were equal ones. */
    public ObjectValue share(ObjectValue object) {
        return share(object, ObjectValue.EMPTY);
    }

    /**
     * The same for an object that is to take the place of {@code before}, whose parts were shared when it was written: what is
     * the very same there is not looked at again.
     */
    @SuppressWarnings("ReferenceEquality") // the very same value: its parts have been shared
    public ObjectValue share(ObjectValue object, ObjectValue before) {
        return object.mapFields((name, value) -> {
            Value old = before.valueOrNull(name);
            return value != old && name.equals(METADATA) && value instanceof ObjectValue metadata
                    ? parts(metadata, old)
                    : part(value, old);
        });
    }

    private ObjectValue parts(ObjectValue object, Value before) {
        ObjectValue old = before instanceof ObjectValue other ? other : ObjectValue.EMPTY;
        return object.mapFields((name, value) -> part(value, old.valueOrNull(name)));
    }

    @SuppressWarnings("ReferenceEquality") // the very same value: its parts have been shared
    private Value part(Value value, Value before) {
        if (value == before) {
            return value;
        }
        return switch (value) {
            case ObjectValue object -> known(parts(object, before));
            case ListValue list -> known(list.mapValues(item -> part(item, NullValue.NULL)));
            case StringValue text -> text.text().length() > LONGEST_TEXT ? text : known(text);
            case IntegerValue number -> number;
            case DecimalValue number -> number;
            case BooleanValue truth -> truth;
            case NullValue none -> none;
        };
    }

    private Value known(Value value) {
        int slot = (value.hashCode() * 0x9e3779b9) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS));
        Value before = slots[slot];
        if (before != null && before.equals(value)) {
            return before;
        }
        slots[slot] = value;
        return value;
    }
}
