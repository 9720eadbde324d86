package dev.jarbor.api.patch;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Optional;

/** The names in a strategic merge patch that are not data but say what to do with it. */
final class Directives {
    static final String PATCH = "$patch";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String DELETE_FROM_PRIMITIVE_LIST = "$deleteFromPrimitiveList";
    static final String SET_ELEMENT_ORDER = "$setElementOrder";

    private Directives() {}

    static boolean isDeletion(String name) {
        return name.startsWith(DELETE_FROM_PRIMITIVE_LIST);
    }

    static boolean isOrder(String name) {
        return name.startsWith(SET_ELEMENT_ORDER);
    }

    /** The field that {@code name}, such as {@code $setElementOrder/ports}, is about; empty where it says none. */
    static Optional<String> subject(String name, String directive) {
        return name.startsWith(directive + "/")
                ? Optional.of(name.substring(directive.length() + 1))
                : Optional.empty();
    }

    /** {@code value} without the objects in it that carry a {@code $patch}; empty where it is such an object. */
    static Optional<Value> without(Value value) {
        return switch (value) {
            case ObjectValue object when object.has(PATCH) -> Optional.empty();
            case ObjectValue object -> Optional.of(without(object));
            case ListValue list -> Optional.of(without(list));
            default -> Optional.of(value);
        };
    }

    private static ObjectValue without(ObjectValue object) {
        var kept = ObjectValue.builder();
        for (int i = 0; i < object.size(); i++) {
            Optional<Value> field = without(object.value(i));
            if (field.isPresent()) {
                kept.put(object.name(i), field.get());
            }
        }
        return kept.build();
    }

    static ListValue without(ListValue list) {
        var kept = new ArrayList<Value>(list.size());
        for (Value item : list) {
            Optional<Value> clean = without(item);
            if (clean.isPresent()) {
                kept.add(clean.get());
            }
        }
        return ListValue.of(kept);
    }
}
