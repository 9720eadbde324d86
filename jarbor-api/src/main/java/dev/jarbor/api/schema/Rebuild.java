package dev.jarbor.api.schema;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * An object that is being read field by field: the object itself as long as every field reads as it was, and one new
 * object otherwise, however many fields differ.
 */
final class Rebuild {
    private final ObjectValue before;
    private ObjectValue.@Nullable Builder after;

    Rebuild(ObjectValue before) {
        this.before = before;
    }

    /** What the field at {@code index} reads as; null where it is left away. To be called for each field in order. */
    @SuppressWarnings("ReferenceEquality") // whether anything changed, not whether it is equal
    void put(int index, Value value) {
        if (after == null) {
            if (value == before.value(index) && !(value instanceof NullValue)) {
                return;
            }
            after = ObjectValue.builder();
            for (int i = 0; i < index; i++) {
                after.put(before.name(i), before.value(i));
            }
        }
        if (!(value instanceof NullValue)) {
            after.put(before.name(index), value);
        }
    }

    ObjectValue result() {
        return after == null ? before : after.build();
    }
}
