package dev.jarbor.api.patch;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;

/**
 * JSON merge patch (RFC 7386): objects merge, everything else is replaced, and null removes. As in the reference, nulls
 * of objects inside a patch's lists are dropped too.
 */
public final class JsonMergePatch {
    private JsonMergePatch() {}

    /** {@code original} as {@code patch} wants it. */
    public static Value apply(Value original, Value patch) {
        return original instanceof ObjectValue object && patch instanceof ObjectValue changes
                ? apply(object, changes)
                : withoutNulls(patch);
    }

    /** {@code original} as {@code patch} wants it. */
    public static ObjectValue apply(ObjectValue original, ObjectValue patch) {
        ObjectValue patched = original;
        for (int i = 0; i < patch.size(); i++) {
            String name = patch.name(i);
            Value change = patch.value(i);
            patched = change instanceof NullValue
                    ? patched.without(name)
                    : patched.with(name, apply(patched.valueOrNull(name), change));
        }
        return patched;
    }

    /** The object that a merge patch has to be; anything else is a bad request. */
    public static ObjectValue checked(Value patch) {
        if (patch instanceof ObjectValue object) {
            return object;
        }
        throw ApiException.badRequest("Invalid JSON Patch");
    }

    /**
     * A patch that makes {@code modified} of {@code original}, empty where they are equal. A merge patch cannot say
     * that a field is to be null; {@code modified} must not have such fields.
     */
    public static ObjectValue between(ObjectValue original, ObjectValue modified) {
        var patch = ObjectValue.builder();
        original.forEach((name, value) -> {
            if (!modified.has(name)) {
                patch.put(name, NullValue.NULL);
            }
        });
        for (int i = 0; i < modified.size(); i++) {
            String name = modified.name(i);
            Value before = original.valueOrNull(name);
            if (before instanceof ObjectValue old && modified.value(i) instanceof ObjectValue fresh) {
                ObjectValue changes = between(old, fresh);
                if (!changes.isEmpty()) {
                    patch.put(name, changes);
                }
            } else if (!modified.value(i).equals(before)) {
                patch.put(name, modified.value(i));
            }
        }
        return patch.build();
    }

    /** {@code value} without the null fields of its objects; a list's own nulls stay. */
    static Value withoutNulls(Value value) {
        return switch (value) {
            case ObjectValue object -> withoutNulls(object);
            case ListValue list -> withoutNulls(list);
            default -> value;
        };
    }

    private static ObjectValue withoutNulls(ObjectValue object) {
        var kept = ObjectValue.builder();
        for (int i = 0; i < object.size(); i++) {
            if (!(object.value(i) instanceof NullValue)) {
                kept.put(object.name(i), withoutNulls(object.value(i)));
            }
        }
        return kept.build();
    }

    private static ListValue withoutNulls(ListValue list) {
        var items = new ArrayList<Value>(list.size());
        for (Value item : list) {
            items.add(withoutNulls(item));
        }
        return ListValue.of(items);
    }
}
