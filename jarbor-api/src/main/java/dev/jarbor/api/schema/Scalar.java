package dev.jarbor.api.schema;

/** The field types without structure of their own, and the few of the reference with a JSON form of their own. */
public enum Scalar implements FieldType {
    STRING,
    INT32,
    INT64,
    /** A 64-bit floating point number. */
    NUMBER,
    BOOLEAN,
    /** Bytes, written as base64. */
    BYTES,
    /** {@code resource.Quantity}: a string such as {@code 500m}, also accepted as a number. */
    QUANTITY,
    /** A 32-bit number or a string. */
    INT_OR_STRING,
    /** RFC 3339 with seconds. */
    TIME,
    /** RFC 3339 with microseconds. */
    MICRO_TIME,
    /** Go's duration text, such as {@code 1m30s}. */
    DURATION,
    /** Any JSON value. */
    ANY,
    /** {@code runtime.RawExtension}: any object; in protobuf, its JSON as bytes in field 1. */
    RAW_EXTENSION,
    /** {@code meta.v1.FieldsV1}: managed fields; in protobuf, its JSON as bytes in field 1. */
    FIELDS_V1,
    /** {@code apiextensions.v1.JSON}: any JSON value; in protobuf, its JSON as bytes in field 1. */
    JSON,
    /** A schema of the enclosing type, or true or false. */
    SCHEMA_OR_BOOLEAN,
    /** A schema of the enclosing type, or a list of them. */
    SCHEMA_OR_LIST,
    /** A schema of the enclosing type, or a list of strings. */
    SCHEMA_OR_STRINGS;

    /** Whether values are taken as they are, whatever their structure. */
    public boolean isOpen() {
        return this == ANY || this == RAW_EXTENSION || this == FIELDS_V1 || this == JSON;
    }
}
