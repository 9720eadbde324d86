package dev.jarbor.api.schema;

/** What a type and its fields are for, in words. Asked for rarely, so a source may load it when it is asked. */
public interface Documentation {
    Documentation NONE = field -> "";

    /** The words on {@code field}, or on the type itself for ""; "" where there are none. */
    String of(String field);
}
