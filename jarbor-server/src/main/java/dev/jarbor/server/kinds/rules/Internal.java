package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Locale;

/**
 * Objects in messages: the reference prints its internal structs there, with all fields by their Go names and in the
 * order of their declaration.
 */
public final class Internal {
    private Internal() {}

    /** @param shape the fields of the struct in order, by their Go names */
    public static FieldError invalid(FieldPath at, ObjectValue object, List<String> shape, String detail) {
        return new FieldError(FieldError.Type.INVALID, at.toString(), shown(object, shape), detail);
    }

    /** An object that is none of the values that are there. */
    public static FieldError notSupported(
            FieldPath at, ObjectValue object, List<String> shape, List<String> supported) {
        FieldError plain = FieldError.notSupported(at, "", supported);
        return new FieldError(plain.type(), plain.field(), shown(object, shape), plain.detail());
    }

    /** A fault whose value is not worth showing. */
    public static FieldError invalid(FieldPath at, String detail) {
        return new FieldError(FieldError.Type.INVALID, at.toString(), "", detail);
    }

    /** A reference to nothing, with advice. */
    public static FieldError notFound(FieldPath at, String name, String detail) {
        FieldError plain = FieldError.notFound(at, Value.of(name));
        return new FieldError(plain.type(), plain.field(), plain.shown(), detail);
    }

    /**
     * {@code object} as the struct prints. A name ending in {@code =} and a value has that zero value where the field is
     * absent, all others print null.
     */
    public static String shown(ObjectValue object, List<String> shape) {
        var text = new StringBuilder("{");
        for (String field : shape) {
            int equals = field.indexOf('=');
            String name = equals < 0 ? field : field.substring(0, equals);
            Value value = object.valueOrNull(lower(name));
            text.append(text.length() == 1 ? "\"" : ",\"").append(name).append("\":");
            if (value instanceof NullValue && equals >= 0) {
                text.append(field.substring(equals + 1));
            } else {
                text.append(value instanceof StringValue string ? Json.text(string) : nested(value));
            }
        }
        return text.append('}').toString();
    }

    /** Values inside print with capital names as well. */
    private static String nested(Value value) {
        return Json.text(capitalised(value));
    }

    private static Value capitalised(Value value) {
        return switch (value) {
            case ObjectValue object -> {
                var builder = ObjectValue.builder();
                object.forEach((name, inner) -> builder.put(
                        name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), capitalised(inner)));
                yield builder.build();
            }
            case ListValue list ->
                ListValue.of(list.items().stream().map(Internal::capitalised).toList());
            default -> value;
        };
    }

    private static String lower(String name) {
        return name.startsWith("SELinux")
                ? "se" + name.substring(2)
                : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
