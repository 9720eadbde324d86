package dev.jarbor.api.codec;

import dev.jarbor.api.schema.FieldSchema;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A type as protobuf sees it.
 *
 * @param type the type's id
 * @param fields the message's own fields by number
 * @param inlined the ids of the types whose messages' fields are the type's own in JSON, by number
 * @param parts fields and inlined types by number
 */
record MessageLayout(
        String type, SortedMap<Integer, FieldSchema> fields, SortedMap<Integer, String> inlined, List<Part> parts) {

    MessageLayout(String type, SortedMap<Integer, FieldSchema> fields, SortedMap<Integer, String> inlined) {
        this(type, fields, inlined, inOrder(fields, inlined));
    }

    /** What is written of a message, one after the other. */
    sealed interface Part {
        record Own(FieldSchema field) implements Part {}

        record Inside(int number, String type) implements Part {}
    }

    private static List<Part> inOrder(SortedMap<Integer, FieldSchema> fields, SortedMap<Integer, String> inlined) {
        var parts = new TreeMap<Integer, Part>();
        fields.forEach((number, field) -> parts.put(number, new Part.Own(field)));
        inlined.forEach((number, inside) -> parts.put(number, new Part.Inside(number, inside)));
        return List.copyOf(parts.values());
    }
}
