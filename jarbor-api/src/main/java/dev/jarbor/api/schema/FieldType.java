package dev.jarbor.api.schema;

/** What a field holds. */
public sealed interface FieldType permits Scalar, FieldType.ListOf, FieldType.MapOf, FieldType.Ref {
    record ListOf(FieldType item) implements FieldType {}

    /** String keys to values of one type. */
    record MapOf(FieldType value) implements FieldType {}

    /** An object of the type whose id is {@code type}. */
    record Ref(String type) implements FieldType {}
}
