package dev.jarbor.api.codec;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.Base64;

/**
 * Writes values as messages, fields in the order of their numbers. What is absent is not written, which the reference's
 * decoder reads as zero. A value of another type than its field's is not written either: such an object never passed
 * validation.
 */
final class ProtobufWriter {
    private final MessageLayouts layouts;

    ProtobufWriter(MessageLayouts layouts) {
        this.layouts = layouts;
    }

    void message(ProtobufOutput out, ObjectValue object, MessageLayout layout) {
        for (MessageLayout.Part part : layout.parts()) {
            switch (part) {
                case MessageLayout.Part.Own(FieldSchema field) -> {
                    Value value = object.valueOrNull(field.name());
                    if (!(value instanceof NullValue)) {
                        field(out, field, value, layout);
                    }
                }
                case MessageLayout.Part.Inside(int number, String type) ->
                    out.messageUnlessEmpty(number, inner -> message(inner, object, layouts.forType(type)));
            }
        }
    }

    private void field(ProtobufOutput out, FieldSchema field, Value value, MessageLayout layout) {
        int number = field.protobufNumber();
        switch (field.type()) {
            case FieldType.ListOf(FieldType item)
            when !field.protobufWrapped() -> {
                if (value instanceof ListValue list) {
                    list.forEach(each -> element(out, number, item, each, layout));
                }
            }
            case FieldType.MapOf(FieldType type) -> {
                if (value instanceof ObjectValue entries) {
                    entries.forEach((key, each) -> out.message(number, entry -> {
                        entry.text(1, key);
                        element(entry, 2, type, each, layout);
                    }));
                }
            }
            default -> element(out, number, field.type(), value, layout);
        }
    }

    /** One value; lists of strings inside lists and maps are messages of their own. */
    private void element(ProtobufOutput out, int number, FieldType type, Value value, MessageLayout layout) {
        switch (type) {
            case FieldType.Ref(String id) -> {
                if (value instanceof ObjectValue object) {
                    out.message(number, inner -> message(inner, object, layouts.forType(id)));
                }
            }
            case FieldType.ListOf(FieldType item) -> {
                if (value instanceof ListValue list) {
                    out.message(number, wrapper -> list.forEach(each -> element(wrapper, 1, item, each, layout)));
                }
            }
            case FieldType.MapOf ignored -> throw new IllegalStateException("no message has maps in " + layout.type());
            case Scalar scalar -> scalar(out, number, scalar, value, layout);
        }
    }

    private void scalar(ProtobufOutput out, int number, Scalar scalar, Value value, MessageLayout layout) {
        switch (scalar) {
            case STRING -> text(out, number, value);
            case INT32, INT64 -> integer(out, number, value);
            case BOOLEAN -> {
                if (value instanceof BooleanValue(boolean truth)) {
                    out.varint(number, truth ? 1 : 0);
                }
            }
            case NUMBER -> {
                switch (value) {
                    case DecimalValue(double decimal) -> out.decimal(number, decimal);
                    case IntegerValue(long whole) -> out.decimal(number, (double) whole);
                    default -> {}
                }
            }
            case BYTES -> {
                if (value instanceof StringValue(String base64)) {
                    out.octets(number, bytes(base64));
                }
            }
            case QUANTITY -> out.message(number, quantity -> quantity.text(1, value.toString()));
            case INT_OR_STRING -> out.message(number, inner -> intOrString(inner, value));
            case TIME, MICRO_TIME -> time(out, number, value);
            case DURATION -> duration(out, number, value);
            case RAW_EXTENSION, FIELDS_V1, JSON, ANY -> out.message(number, raw -> raw.octets(1, Json.bytes(value)));
            case SCHEMA_OR_BOOLEAN -> out.message(number, inner -> schemaOrBoolean(inner, value, layout));
            case SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> out.message(number, inner -> schemaOrItems(inner, value, layout));
        }
    }

    private static void text(ProtobufOutput out, int number, Value value) {
        if (value instanceof StringValue(String text)) {
            out.text(number, text);
        }
    }

    private static void integer(ProtobufOutput out, int number, Value value) {
        switch (value) {
            case IntegerValue(long whole) -> out.varint(number, whole);
            case DecimalValue(double decimal) -> out.varint(number, (long) decimal);
            default -> {}
        }
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private static void intOrString(ProtobufOutput out, Value value) {
        boolean text = value instanceof StringValue;
        out.varint(1, text ? 1 : 0);
        if (text) {
            out.text(3, value.toString());
        } else {
            integer(out, 2, value);
        }
    }

    private static void time(ProtobufOutput out, int number, Value value) {
        Rfc3339.parse(value.toString())
                .ifPresent(instant -> out.message(number, time -> {
                    time.varint(1, instant.getEpochSecond());
                    time.varint(2, instant.getNano());
                }));
    }

    private static void duration(ProtobufOutput out, int number, Value value) {
        long nanos = GoDuration.parse(value.toString()).toNanos();
        out.message(number, duration -> duration.varint(1, nanos));
    }

    private void schemaOrBoolean(ProtobufOutput out, Value value, MessageLayout layout) {
        boolean schema = value instanceof ObjectValue;
        out.varint(1, schema || value.equals(BooleanValue.TRUE) ? 1 : 0);
        if (schema) {
            schema(out, 2, value, layout);
        }
    }

    private void schemaOrItems(ProtobufOutput out, Value value, MessageLayout layout) {
        if (value instanceof ListValue items) {
            items.forEach(item -> schema(out, 2, item, layout));
        } else {
            schema(out, 1, value, layout);
        }
    }

    private void schema(ProtobufOutput out, int number, Value value, MessageLayout layout) {
        if (value instanceof ObjectValue schema) {
            out.message(number, inner -> message(inner, schema, layout));
        } else {
            text(out, number, value);
        }
    }
}
