package dev.jarbor.api.schema;

import dev.jarbor.api.schema.FieldType.ListOf;
import dev.jarbor.api.schema.FieldType.MapOf;
import dev.jarbor.api.schema.FieldType.Ref;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;

/** The words of Go's JSON decoder. Go's named scalar types are not known here and read as what they are made of. */
final class GoNames {
    private GoNames() {}

    /** What the decoder found, where it wanted a number: one that does not fit is named with its digits. */
    static String jsonForNumber(Value value) {
        return value instanceof IntegerValue || value instanceof DecimalValue ? "number " + value : json(value);
    }

    /** What the decoder found. */
    static String json(Value value) {
        return switch (value) {
            case ObjectValue ignored -> "object";
            case ListValue ignored -> "array";
            case StringValue ignored -> "string";
            case IntegerValue ignored -> "number";
            case DecimalValue ignored -> "number";
            case BooleanValue ignored -> "bool";
            case NullValue ignored -> "null";
        };
    }

    /** What the decoder wanted. */
    static String type(FieldType type) {
        return switch (type) {
            case Ref(String id) -> struct(id);
            case ListOf(FieldType item) -> "[]" + type(item);
            case MapOf(FieldType value) -> "map[string]" + type(value);
            case Scalar scalar ->
                switch (scalar) {
                    case STRING -> "string";
                    case INT32 -> "int32";
                    case INT64 -> "int64";
                    case NUMBER -> "float64";
                    case BOOLEAN -> "bool";
                    case BYTES -> "[]uint8";
                    case QUANTITY -> "resource.Quantity";
                    case INT_OR_STRING -> "intstr.IntOrString";
                    case TIME -> "v1.Time";
                    case MICRO_TIME -> "v1.MicroTime";
                    case DURATION -> "v1.Duration";
                    case RAW_EXTENSION -> "runtime.RawExtension";
                    case FIELDS_V1 -> "v1.FieldsV1";
                    case JSON -> "v1.JSON";
                    case SCHEMA_OR_BOOLEAN -> "v1.JSONSchemaPropsOrBool";
                    case SCHEMA_OR_LIST -> "v1.JSONSchemaPropsOrArray";
                    case SCHEMA_OR_STRINGS -> "v1.JSONSchemaPropsOrStringArray";
                    case ANY -> "interface {}";
                };
        };
    }

    /** {@code v1.PodSpec}: the last two parts of the id. */
    private static String struct(String id) {
        int name = id.lastIndexOf('.');
        return id.substring(id.lastIndexOf('.', name - 1) + 1);
    }
}
