package dev.jarbor.cel.value;

import dev.jarbor.api.schema.ListType;
import java.util.List;

/** A list whose schema says what equality and concatenation mean. */
interface TypedList {
    ListType listType();

    /** The fields that tell items apart, where the type is {@link ListType#MAP}. */
    List<String> listKeys();
}
