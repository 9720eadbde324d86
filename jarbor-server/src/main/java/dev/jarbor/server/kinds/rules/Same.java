package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.Set;

/**
 * Whether two values mean the same: what the reference's semantic equality says of its Go structs, where an absent list,
 * map or text is an empty one.
 */
public final class Same {
    /** Fields that hold maps, for which absent and empty are one; an empty object elsewhere is not nothing. */
    private static final Set<String> MAPS = Set.of(
            "annotations",
            "attributes",
            "binaryData",
            "data",
            "hard",
            "labels",
            "limits",
            "matchLabels",
            "nodeSelector",
            "options",
            "overhead",
            "parameters",
            "requests",
            "userAnnotations",
            "volumeAttributes");

    private Same() {}

    public static boolean of(Value one, Value other) {
        return one.equals(other)
                || switch (one) {
                    case ObjectValue object -> other instanceof ObjectValue that && objects(object, that);
                    case ListValue list -> other instanceof ListValue that && lists(list, that);
                    default -> false;
                };
    }

    /** Whether {@code field} means the same in both. */
    public static boolean at(ObjectValue one, ObjectValue other, String field) {
        return fields(field, one.valueOrNull(field), other.valueOrNull(field));
    }

    private static boolean objects(ObjectValue one, ObjectValue other) {
        for (int i = 0; i < one.size(); i++) {
            if (!fields(one.name(i), one.value(i), other.valueOrNull(one.name(i)))) {
                return false;
            }
        }
        for (int i = 0; i < other.size(); i++) {
            if (!one.has(other.name(i)) && !isNothing(other.name(i), other.value(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean lists(ListValue one, ListValue other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!of(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean fields(String name, Value one, Value other) {
        return of(one, other) || (isNothing(name, one) && isNothing(name, other));
    }

    private static boolean isNothing(String name, Value value) {
        return switch (value) {
            case NullValue ignored -> true;
            case StringValue(String text) -> text.isEmpty();
            case ListValue list -> list.isEmpty();
            case ObjectValue object -> object.isEmpty() && MAPS.contains(name);
            default -> false;
        };
    }
}
