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
        return share(object, ObjectValue.EMPTY);
    }

    /**
     * The same for an object that is to take the place of {@code before}, whose parts were shared when it was written: what is
     * equal there is not looked for anywhere else.
     */
    public ObjectValue share(ObjectValue object, ObjectValue before) {
        return object.mapFields((name, value) -> direct(value, before.valueOrNull(name)));
    }

    /** What stands directly in an object is hardly ever the same in two, but its parts are; least of all metadata, and what changes. */
    @SuppressWarnings("ReferenceEquality") // the very same value: its parts have been shared
    private Value direct(Value value, Value before) {
        return value != before && before instanceof ObjectValue old && value instanceof ObjectValue object
                ? parts(object, old)
                : part(value, before);
    }

    private ObjectValue parts(ObjectValue object, ObjectValue before) {
        return object.mapFields((name, value) -> part(value, before.valueOrNull(name)));
    }

    @SuppressWarnings("ReferenceEquality") // the very same value: its parts have been shared
    private Value part(Value value, Value before) {
        if (value == before) {
            return value;
        }
        return switch (value) {
            case ObjectValue object ->
                known(parts(object, before instanceof ObjectValue old ? old : ObjectValue.EMPTY));
            case ListValue list -> before instanceof ListValue ? items(list) : known(items(list));
            case StringValue text -> text.equals(before) ? before : text(text);
            case IntegerValue number -> number;
            case DecimalValue number -> number;
            case BooleanValue truth -> truth;
            case NullValue none -> none;
        };
    }

    private ListValue items(ListValue list) {
        return list.mapValues(item -> part(item, NullValue.NULL));
    }

    /** Times, addresses and numbers are hardly ever the same twice. */
    private Value text(StringValue text) {
        int length = text.text().length();
        boolean lasting = length > 0
                && length <= LONGEST_TEXT
                && !Character.isDigit(text.text().charAt(0));
        return lasting ? known(text) : text;
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
