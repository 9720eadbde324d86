package dev.jarbor.api.codec;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Collects the fields of a message while it is read: lists and maps come one item or entry at a time. */
final class MessageFields {
    private final ObjectValue.Builder fields = ObjectValue.builder();
    private final TreeMap<String, List<Value>> lists = new TreeMap<>();
    private final TreeMap<String, ObjectValue.Builder> maps = new TreeMap<>();

    void set(String name, Value value) {
        fields.put(name, value);
    }

    void add(String name, Value item) {
        lists.computeIfAbsent(name, ignored -> new ArrayList<>()).add(item);
    }

    void put(String name, String key, Value value) {
        maps.computeIfAbsent(name, ignored -> ObjectValue.builder()).put(key, value);
    }

    ObjectValue build() {
        lists.forEach((name, items) -> fields.put(name, ListValue.of(items)));
        maps.forEach((name, entries) -> fields.put(name, entries.build()));
        return fields.build();
    }
}
