package dev.jarbor.api.apply;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.Map;

/** What tells the items of sets and keyed lists apart. */
final class ListKeys {
    private ListKeys() {}

    /** The element of {@code item}, or in words why it has none. */
    sealed interface Found {
        record Element(String text) implements Found {}

        record Fault(String why) implements Found {}
    }

    static Found of(Shape.Items list, Value item) {
        return list.listing() == Shape.Listing.SET ? ofSet(item) : ofMap(list.keys(), item);
    }

    private static Found ofSet(Value item) {
        return switch (item) {
            case ObjectValue ignored ->
                new Found.Fault("associative list without keys has an element that's a map type");
            case ListValue ignored -> new Found.Fault("not supported: associative list with lists as elements");
            case NullValue ignored ->
                new Found.Fault("associative list without keys has an element that's an explicit null");
            default -> new Found.Element(Elements.item(item));
        };
    }

    private static Found ofMap(Map<String, Value> keys, Value item) {
        if (item instanceof NullValue) {
            return new Found.Fault("associative list with keys may not have a null element");
        }
        if (!(item instanceof ObjectValue object)) {
            return new Found.Fault("associative list with keys may not have non-map elements");
        }
        ObjectValue found = ObjectValue.EMPTY;
        for (Map.Entry<String, Value> key : keys.entrySet()) {
            Value said = object.has(key.getKey()) ? object.valueOrNull(key.getKey()) : key.getValue();
            if (said instanceof NullValue && !object.has(key.getKey())) {
                return new Found.Fault("associative list with keys has an element that omits key field "
                        + GoText.quote(key.getKey()) + " (and doesn't have default value)");
            }
            found = found.with(key.getKey(), said);
        }
        return new Found.Element(Elements.key(found));
    }
}
