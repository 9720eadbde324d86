package dev.jarbor.api.apply;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.Optional;

/**
 * The steps of a way to a field, in the words of FieldsV1: {@code f:name} a field, {@code k:{…}} the item of a list with
 * these keys, {@code v:…} the item of a set, {@code i:n} an item by its place.
 */
final class Elements {
    static final String FIELD = "f:";
    private static final String KEY = "k:";
    private static final String ITEM = "v:";
    private static final String INDEX = "i:";

    private Elements() {}

    static String field(String name) {
        return FIELD.concat(name);
    }

    static boolean isField(String element) {
        return element.startsWith(FIELD);
    }

    /** The name in a {@link #field}. */
    static String name(String element) {
        return element.substring(FIELD.length());
    }

    static String key(ObjectValue keys) {
        var text = new StringBuilder(KEY).append('{');
        for (int i = 0; i < keys.size(); i++) {
            text.append(i == 0 ? "\"" : ",\"").append(keys.name(i)).append("\":");
            if (keys.value(i) instanceof StringValue(String word) && isPlain(word)) {
                text.append('"').append(word).append('"');
            } else {
                text.append(Json.text(keys.value(i)));
            }
        }
        return text.append('}').toString();
    }

    /** Whether JSON has nothing to escape in it. */
    private static boolean isPlain(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') {
                return false;
            }
        }
        return true;
    }

    static String item(Value scalar) {
        return ITEM + Json.text(scalar);
    }

    static String index(int place) {
        return INDEX + place;
    }

    /** {@code element} in the one spelling it has here; empty for what is no element. */
    static Optional<String> canonical(String element) {
        if (element.startsWith(FIELD)) {
            return Optional.of(element);
        }
        try {
            if (element.startsWith(KEY)) {
                return Optional.of(key(Json.object(element.substring(KEY.length()))));
            }
            if (element.startsWith(ITEM)) {
                Value value = Json.parse(element.substring(ITEM.length()));
                return value instanceof ObjectValue || value instanceof ListValue
                        ? Optional.empty()
                        : Optional.of(item(value));
            }
            return element.startsWith(INDEX)
                    ? Optional.of(index(Integer.parseInt(element.substring(INDEX.length()))))
                    : Optional.empty();
        } catch (DecodeException | NumberFormatException malformed) {
            return Optional.empty();
        }
    }

    /** As messages show it: {@code .name}, {@code [name="web"]}, {@code [="x"]}, {@code [3]}. */
    static String shown(String element) {
        String rest = element.substring(FIELD.length());
        if (element.startsWith(FIELD)) {
            return "." + rest;
        }
        if (element.startsWith(INDEX)) {
            return "[" + rest + "]";
        }
        if (element.startsWith(ITEM)) {
            return "[=" + shown(Json.parse(rest)) + "]";
        }
        var text = new StringBuilder("[");
        Json.object(rest)
                .forEach((name, value) -> text.append(text.length() == 1 ? "" : ",")
                        .append(name)
                        .append('=')
                        .append(shown(value)));
        return text.append(']').toString();
    }

    private static String shown(Value value) {
        return value instanceof StringValue(String text) ? GoText.quote(text) : Json.text(value);
    }
}
