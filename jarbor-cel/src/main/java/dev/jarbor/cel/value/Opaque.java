package dev.jarbor.cel.value;

/** A value of a function library's own type; equal by {@link Object#equals}. */
public interface Opaque {
    /** The type's name in messages and for {@code type(x)}. */
    String typeName();
}
