package dev.jarbor.api.codec;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.ZeroValue;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads messages into the values that the same object would have as JSON.
 *
 * <p>The reference's encoder writes every field that is not a pointer, set or not; its JSON leaves most of those out
 * when they are zero ({@link FieldSchema#leavesOut}), and so do these values; times that were never set are dropped, too. An
 * empty message stays an empty object.
 */
final class ProtobufReader {
    /** Only schemas of custom resources nest at all, and every level takes several frames of the stack. */
    private static final int DEEPEST = 250;

    private final MessageLayouts layouts;
    private final Limits limits;
    private final int depthLimit;
    private int depth;

    ProtobufReader(MessageLayouts layouts, Limits limits) {
        this.layouts = layouts;
        this.limits = limits;
        this.depthLimit = Math.min(limits.depth(), DEEPEST);
    }

    ObjectValue message(ProtobufInput in, MessageLayout layout) {
        var fields = new MessageFields();
        read(in, layout, fields);
        return fields.build();
    }

    private void read(ProtobufInput in, MessageLayout layout, MessageFields fields) {
        if (++depth > depthLimit) {
            throw DecodeException.limit("exceeded max depth");
        }
        while (in.next()) {
            String inlined = layout.inlined().get(in.number());
            FieldSchema field = layout.fields().get(in.number());
            if (inlined != null) {
                read(in.message(), layouts.forType(inlined), fields);
            } else if (field == null) {
                in.skip();
            } else {
                field(in, field, layout, fields);
            }
        }
        depth--;
    }

    private void field(ProtobufInput in, FieldSchema field, MessageLayout layout, MessageFields fields) {
        switch (field.type()) {
            case FieldType.ListOf(FieldType item) -> items(in, field, item, layout, fields);
            case FieldType.MapOf(FieldType value) -> entry(in, field, value, layout, fields);
            case FieldType.Ref(String type) -> fields.set(field.name(), message(in.message(), layouts.forType(type)));
            case Scalar scalar -> {
                Value value = scalar(in, scalar, layout);
                if (!(value instanceof NullValue) && !field.leavesOut(value) && !isUnsaidText(field, value)) {
                    fields.set(field.name(), value);
                }
            }
        }
    }

    /** Text that a Go struct always writes is empty in objects that nobody gave it: what JSON would not have brought. */
    private static boolean isUnsaidText(FieldSchema field, Value value) {
        return field.zero() == ZeroValue.WRITTEN && value instanceof StringValue(String text) && text.isEmpty();
    }

    private void items(
            ProtobufInput in, FieldSchema field, FieldType item, MessageLayout layout, MessageFields fields) {
        if (field.protobufWrapped()) {
            fields.set(field.name(), element(in, field.type(), layout));
        } else if (in.wireType() == ProtobufInput.BYTES && isNumeric(item)) {
            for (ProtobufInput packed = in.message(); !packed.isEmpty(); ) {
                fields.add(field.name(), item == Scalar.NUMBER ? number(packed.decimal()) : plain(packed, item));
            }
        } else {
            fields.add(field.name(), element(in, item, layout));
        }
    }

    private void entry(
            ProtobufInput in, FieldSchema field, FieldType type, MessageLayout layout, MessageFields fields) {
        String key = "";
        Value value = zero(type);
        for (ProtobufInput entry = in.message(); entry.next(); ) {
            switch (entry.number()) {
                case 1 -> key = entry.text();
                case 2 -> value = element(entry, type, layout);
                default -> entry.skip();
            }
        }
        fields.put(field.name(), key, value);
    }

    private static Value zero(FieldType type) {
        return switch (type) {
            case FieldType.Ref ignored -> ObjectValue.EMPTY;
            case FieldType.MapOf ignored -> ObjectValue.EMPTY;
            case FieldType.ListOf ignored -> ListValue.EMPTY;
            case Scalar scalar ->
                switch (scalar) {
                    case INT32, INT64, NUMBER, INT_OR_STRING -> Value.of(0);
                    case BOOLEAN -> Value.of(false);
                    case QUANTITY -> Value.of("0");
                    default -> Value.of("");
                };
        };
    }

    /** An item of a list or a value of a map; lists of strings in there are messages of their own. */
    private Value element(ProtobufInput in, FieldType type, MessageLayout layout) {
        return switch (type) {
            case FieldType.Ref(String id) -> message(in.message(), layouts.forType(id));
            case FieldType.ListOf(FieldType item) -> {
                var items = new ArrayList<Value>();
                for (ProtobufInput wrapper = in.message(); wrapper.next(); ) {
                    items.add(element(wrapper, item, layout));
                }
                yield ListValue.of(items);
            }
            case FieldType.MapOf ignored -> throw new IllegalStateException("no message has maps in " + layout.type());
            case Scalar scalar -> scalar(in, scalar, layout);
        };
    }

    private Value scalar(ProtobufInput in, Scalar scalar, MessageLayout layout) {
        return switch (scalar) {
            case STRING -> Value.of(in.text());
            case INT32, INT64, BOOLEAN -> {
                in.expect(ProtobufInput.VARINT);
                yield plain(in, scalar);
            }
            case NUMBER -> {
                in.expect(ProtobufInput.FIXED64);
                yield number(in.decimal());
            }
            case BYTES -> Value.of(Base64.getEncoder().encodeToString(in.octets()));
            case QUANTITY -> quantity(in.message());
            case INT_OR_STRING -> intOrString(in.message());
            case TIME -> time(in.message(), false);
            case MICRO_TIME -> time(in.message(), true);
            case DURATION -> duration(in.message());
            case RAW_EXTENSION, FIELDS_V1, JSON, ANY -> raw(in.message());
            case SCHEMA_OR_BOOLEAN -> schemaOrBoolean(in.message(), layout);
            case SCHEMA_OR_LIST -> schemaOrItems(in.message(), layout, true);
            case SCHEMA_OR_STRINGS -> schemaOrItems(in.message(), layout, false);
        };
    }

    private static Value plain(ProtobufInput in, FieldType type) {
        long number = in.varint();
        if (type == Scalar.BOOLEAN) {
            return Value.of(number != 0);
        }
        int low = (int) number;
        return Value.of(type == Scalar.INT32 ? low : number);
    }

    private static boolean isNumeric(FieldType type) {
        return type == Scalar.INT32 || type == Scalar.INT64 || type == Scalar.BOOLEAN || type == Scalar.NUMBER;
    }

    /** As JSON would bring it: whole numbers are integers. */
    private static Value number(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 0x1p53;
        return whole ? Value.of((long) number) : Value.of(number);
    }

    private static Value quantity(ProtobufInput in) {
        String text = "";
        while (in.next()) {
            if (in.number() == 1) {
                text = in.text();
            } else {
                in.skip();
            }
        }
        return Value.of(text.isEmpty() ? "0" : text);
    }

    private static Value intOrString(ProtobufInput in) {
        long type = 0;
        long number = 0;
        String text = "";
        while (in.next()) {
            switch (in.number()) {
                case 1 -> type = in.varint();
                case 2 -> number = in.varint();
                case 3 -> text = in.text();
                default -> in.skip();
            }
        }
        int low = (int) number;
        return type == 1 ? Value.of(text) : Value.of(low);
    }

    private static Value time(ProtobufInput in, boolean micro) {
        if (in.isEmpty()) {
            return NullValue.NULL;
        }
        long seconds = 0;
        long nanos = 0;
        while (in.next()) {
            switch (in.number()) {
                case 1 -> seconds = in.varint();
                case 2 -> nanos = in.varint();
                default -> in.skip();
            }
        }
        try {
            Instant instant = Instant.ofEpochSecond(seconds, nanos);
            return Value.of(micro ? Rfc3339.micros(instant) : Rfc3339.seconds(instant));
        } catch (DateTimeException beyond) {
            throw DecodeException.shape("time beyond all years: " + seconds);
        }
    }

    private static Value duration(ProtobufInput in) {
        long nanos = 0;
        while (in.next()) {
            if (in.number() == 1) {
                nanos = in.varint();
            } else {
                in.skip();
            }
        }
        return Value.of(GoDuration.text(Duration.ofNanos(nanos)));
    }

    private Value raw(ProtobufInput in) {
        Value value = NullValue.NULL;
        while (in.next()) {
            if (in.number() == 1) {
                byte[] document = in.octets();
                value = document.length == 0 ? NullValue.NULL : rawValue(document);
            } else {
                in.skip();
            }
        }
        return value;
    }

    private Value rawValue(byte[] document) {
        if (ProtobufEnvelope.isOne(document)) {
            return ProtobufEnvelope.read(document).object(layouts, limits);
        }
        int levels = Math.max(1, limits.depth() - depth);
        return Json.decode(document, new Limits(limits.bytes(), levels, limits.nodes(), limits.aliases()))
                .value();
    }

    private Value schemaOrBoolean(ProtobufInput in, MessageLayout layout) {
        Value value = Value.of(false);
        while (in.next()) {
            switch (in.number()) {
                case 1 -> value = value instanceof ObjectValue ? value : Value.of(in.varint() != 0);
                case 2 -> value = message(in.message(), layout);
                default -> in.skip();
            }
        }
        return value;
    }

    private Value schemaOrItems(ProtobufInput in, MessageLayout layout, boolean ofSchemas) {
        Value schema = NullValue.NULL;
        List<Value> items = new ArrayList<>();
        while (in.next()) {
            switch (in.number()) {
                case 1 -> schema = message(in.message(), layout);
                case 2 -> items.add(ofSchemas ? message(in.message(), layout) : Value.of(in.text()));
                default -> in.skip();
            }
        }
        return items.isEmpty() ? schema : ListValue.of(items);
    }
}
