package dev.jarbor.cel.value;

import java.util.Optional;

/** A value with named fields that are looked up one by one, and perhaps made only then. */
public interface Struct {
    String typeName();

    /**
     * The value of a field; empty where it is not set.
     *
     * @param meter pays for what the look-up costs
     */
    Optional<Object> field(String name, Meter meter);
}
