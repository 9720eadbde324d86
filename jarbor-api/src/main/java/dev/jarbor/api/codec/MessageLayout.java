package dev.jarbor.api.codec;

import dev.jarbor.api.schema.FieldSchema;
import java.util.Set;
import java.util.SortedMap;

/**
 * A type as protobuf sees it.
 *
 * @param type the type's id
 * @param fields the message's own fields by number
 * @param inlined the ids of the types whose messages' fields are the type's own in JSON, by number
 * @param pointers the scalar fields in which a zero value says something
 */
record MessageLayout(
        String type,
        SortedMap<Integer, FieldSchema> fields,
        SortedMap<Integer, String> inlined,
        Set<String> pointers) {}
