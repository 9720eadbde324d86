package dev.jarbor.api.patch;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Strategic merge as a reader of its documentation would write it: on mutable maps, without order. */
final class NaiveStrategicMerge {
    private NaiveStrategicMerge() {}

    static ObjectValue merge(ObjectValue original, ObjectValue patch, PatchShape shape) {
        return switch (patch.string("$patch")) {
            case "replace" -> patch.without("$patch");
            case "delete" -> ObjectValue.EMPTY;
            default -> mergeFields(original, patch, shape);
        };
    }

    private static ObjectValue mergeFields(ObjectValue original, ObjectValue patch, PatchShape shape) {
        Map<String, Value> result = new TreeMap<>();
        original.forEach(result::put);
        if (patch.has("$retainKeys")) {
            result.keySet().retainAll(patch.list("$retainKeys").strings());
        }
        for (String name : patch.names()) {
            Value value = patch.valueOrNull(name);
            if (name.startsWith("$deleteFromPrimitiveList/")) {
                String field = name.substring(name.indexOf('/') + 1);
                if (result.get(field) instanceof ListValue list) {
                    result.put(field, without(list, (ListValue) value));
                }
            } else if (value instanceof NullValue) {
                result.remove(name);
            } else if (!name.startsWith("$")) {
                mergeField(result, name, value, shape.field(name));
            }
        }
        return ObjectValue.of(result);
    }

    private static void mergeField(Map<String, Value> result, String name, Value value, PatchShape.Field field) {
        Value before = result.get(name);
        if (before instanceof ObjectValue object && value instanceof ObjectValue change) {
            result.put(name, field.replaces() ? change : merge(object, change, field.inner()));
        } else if (before instanceof ListValue list && value instanceof ListValue change && field.merges()) {
            result.put(name, mergeLists(list, change, field));
        } else if (before instanceof ListValue && value instanceof ListValue) {
            result.put(name, value);
        } else if (value instanceof ObjectValue change && change.has("$patch")) {
            result.remove(name);
        } else {
            result.put(name, clean(value));
        }
    }

    private static ListValue mergeLists(ListValue list, ListValue change, PatchShape.Field field) {
        if (field.mergeKey().isEmpty()) {
            List<Value> all = new ArrayList<>(list.items());
            change.forEach(item -> {
                if (!all.contains(item)) {
                    all.add(item);
                }
            });
            return ListValue.of(all.stream().distinct().toList());
        }
        Map<Value, Value> byKey = new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        list.objects().forEach(item -> byKey.put(item.valueOrNull(field.mergeKey()), item));
        for (ObjectValue item : change.objects()) {
            if (item.string("$patch").equals("replace")) {
                byKey.clear();
            } else if (item.string("$patch").equals("delete")) {
                byKey.remove(item.valueOrNull(field.mergeKey()));
            }
        }
        for (ObjectValue item : change.objects()) {
            if (!item.has("$patch")) {
                Value key = item.valueOrNull(field.mergeKey());
                Value before = byKey.get(key);
                byKey.put(key, before instanceof ObjectValue object ? merge(object, item, field.inner()) : item);
            }
        }
        return ListValue.of(List.copyOf(byKey.values()));
    }

    private static ListValue without(ListValue list, ListValue gone) {
        return ListValue.of(
                list.stream().filter(item -> !gone.items().contains(item)).toList());
    }

    /** What is added as a whole brings neither nulls nor directives along. */
    private static Value clean(Value value) {
        return switch (value) {
            case ObjectValue object -> {
                Map<String, Value> kept = new TreeMap<>();
                object.forEach((name, inner) -> {
                    boolean directive = inner instanceof ObjectValue change && change.has("$patch");
                    if (!(inner instanceof NullValue) && !directive) {
                        kept.put(name, clean(inner));
                    }
                });
                yield ObjectValue.of(kept);
            }
            case ListValue list ->
                ListValue.of(list.stream()
                        .filter(item -> !(item instanceof ObjectValue object && object.has("$patch")))
                        .map(NaiveStrategicMerge::clean)
                        .toList());
            default -> value;
        };
    }

    /** {@code value} with every list in one order, whatever order it had. */
    static Value unordered(Value value) {
        return switch (value) {
            case ObjectValue object -> {
                Map<String, Value> fields = new TreeMap<>();
                object.forEach((name, inner) -> fields.put(name, unordered(inner)));
                yield ObjectValue.of(fields);
            }
            case ListValue list ->
                ListValue.of(list.stream()
                        .map(NaiveStrategicMerge::unordered)
                        .sorted((one, other) -> one.toString().compareTo(other.toString()))
                        .toList());
            default -> value;
        };
    }
}
