package dev.jarbor.server.openapi;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The OpenAPI version 2 document of this server with those of servers behind it. Of theirs, the paths of the group and
 * version that they answer for count, with the types that those paths lead to; a type whose name is taken by another one
 * gets the next free number, as in {@code io.example.Thing_v2}.
 */
final class MergedDocument {
    private static final String REFERENCE = "#/definitions/";

    private final TreeMap<String, Value> paths = new TreeMap<>();
    private final TreeMap<String, Value> definitions = new TreeMap<>();
    private final ObjectValue own;

    MergedDocument(ObjectValue own) {
        this.own = own;
        own.object("paths").forEach(paths::put);
        own.object("definitions").forEach(definitions::put);
    }

    /** @param prefix of the paths that the other server answers for, such as {@code /apis/example.com/v1} */
    MergedDocument with(ObjectValue document, String prefix) {
        var taken = new TreeMap<String, Value>();
        document.object("paths").forEach((path, operations) -> {
            if ((path.equals(prefix) || path.startsWith(prefix + "/")) && !paths.containsKey(path)) {
                taken.put(path, operations);
            }
        });
        ObjectValue types = document.object("definitions");
        Map<String, String> names = names(types, used(taken, types));
        names.forEach((old, name) -> definitions.putIfAbsent(name, renamed(types.valueOrNull(old), names)));
        taken.forEach((path, operations) -> paths.put(path, renamed(operations, names)));
        return this;
    }

    ObjectValue whole() {
        return own.with("paths", ObjectValue.of(paths)).with("definitions", ObjectValue.of(definitions));
    }

    /** The types that {@code values} lead to, directly and through others. */
    private static Set<String> used(Map<String, Value> values, ObjectValue types) {
        var used = new TreeSet<String>();
        var found = new TreeSet<String>();
        values.values().forEach(value -> references(value, found));
        while (!found.isEmpty()) {
            String name = found.pollFirst();
            if (types.has(name) && used.add(name)) {
                references(types.valueOrNull(name), found);
            }
        }
        return used;
    }

    private static void references(Value value, Set<String> found) {
        switch (value) {
            case ObjectValue object ->
                object.forEach((name, inner) -> {
                    if (name.equals("$ref")
                            && inner instanceof StringValue(String text)
                            && text.startsWith(REFERENCE)) {
                        found.add(text.substring(REFERENCE.length()));
                    }
                    references(inner, found);
                });
            case ListValue list -> list.items().forEach(item -> references(item, found));
            default -> {
                // refers to nothing
            }
        }
    }

    /** What each type is called here. */
    private Map<String, String> names(ObjectValue types, Set<String> used) {
        var names = new HashMap<String, String>();
        for (String name : used) {
            String free = name;
            for (int i = 2; isOther(free, types.valueOrNull(name)); i++) {
                free = name + "_v" + i;
            }
            names.put(name, free);
        }
        return names;
    }

    private boolean isOther(String name, Value type) {
        Value known = definitions.get(name);
        return known != null && !known.equals(type);
    }

    private static Value renamed(Value value, Map<String, String> names) {
        return switch (value) {
            case ObjectValue object -> {
                var fields = new TreeMap<String, Value>();
                object.forEach((name, inner) -> fields.put(name, reference(name, inner, names)));
                yield ObjectValue.of(fields);
            }
            case ListValue list -> {
                var items = new ArrayList<Value>(list.size());
                list.items().forEach(item -> items.add(renamed(item, names)));
                yield ListValue.of(items);
            }
            default -> value;
        };
    }

    private static Value reference(String field, Value value, Map<String, String> names) {
        if (field.equals("$ref") && value instanceof StringValue(String text) && text.startsWith(REFERENCE)) {
            String name = text.substring(REFERENCE.length());
            return Value.of(REFERENCE + names.getOrDefault(name, name));
        }
        return renamed(value, names);
    }
}
