package dev.jarbor.api.schema;

/**
 * What the reference does with the zero value of a field ("", 0, false, an empty list or map) when it writes the Go struct that it
 * has read an object into.
 */
public enum ZeroValue {
    /** It stays: the field is a pointer, or no value that Go knows a zero of, so that zero is something else than absence. */
    KEPT,
    /** It goes: the struct does not know whether it was said. */
    OMITTED,
    /** It stays, and comes where nobody said it: the struct holds a value and always writes it. */
    WRITTEN
}
