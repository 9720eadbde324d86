package dev.jarbor.cel.value;

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
import dev.jarbor.cel.type.DeclaredType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** From API values to what expressions calculate with, and back. */
public final class Values {
    private static final int DEEPEST = 200;

    private Values() {}

    /** {@code value} as its type has it: a string of format date-time as an instant, a whole number as a double … */
    public static Object of(Value value, DeclaredType type) {
        return switch (value) {
            case NullValue absent -> absent;
            case BooleanValue(boolean truth) -> truth;
            case IntegerValue(long number) ->
                type.kind() == DeclaredType.Kind.DOUBLE ? (Object) (double) number : (Object) number;
            case DecimalValue(double number) ->
                type.kind() == DeclaredType.Kind.INT ? (Object) (long) number : (Object) number;
            case StringValue(String text) -> text(text, type);
            case ListValue list -> new ListView(list, type);
            case ObjectValue object -> new MapView(object, type);
        };
    }

    /** {@code value} without a schema. */
    public static Object of(Value value) {
        return of(value, DeclaredType.DYN);
    }

    private static Object text(String text, DeclaredType type) {
        return switch (type.kind()) {
            case TIMESTAMP -> instant(text);
            case DURATION -> duration(text);
            case BYTES -> bytes(text);
            default -> text;
        };
    }

    private static Instant instant(String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : Rfc3339.parse(text)
                            .orElseThrow(() -> new CelException("Invalid date-time formatted string: " + text));
        } catch (DateTimeException e) {
            throw new CelException("Invalid date formatted string: " + text);
        }
    }

    private static Duration duration(String text) {
        try {
            return GoDuration.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CelException("Invalid duration: " + text);
        }
    }

    private static Bytes bytes(String text) {
        try {
            return Bytes.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new CelException("Invalid byte formatted string: " + text);
        }
    }

    /** An expression's result as an API value; fails for what has no JSON form. */
    public static Value toValue(Object result) {
        return toValue(result, 0);
    }

    private static Value toValue(Object result, int depth) {
        if (depth > DEEPEST) {
            throw new CelException("the value is nested too deeply");
        }
        return switch (result) {
            case NullValue absent -> absent;
            case Boolean truth -> Value.of(truth.booleanValue());
            case Long number -> Value.of(number.longValue());
            case Unsigned number -> Value.of(number.bits());
            case Double number -> Value.of(number.doubleValue());
            case String text -> Value.of(text);
            case Bytes bytes -> Value.of(Base64.getEncoder().encodeToString(bytes.toArray()));
            case Instant instant -> Value.of(Texts.timestamp(instant));
            case Duration duration -> Value.of(Texts.duration(duration));
            case Maybe maybe -> maybe.held() == null ? NullValue.NULL : toValue(maybe.value(), depth + 1);
            case List<?> list -> {
                var items = new ArrayList<Value>(list.size());
                for (Object item : list) {
                    items.add(toValue(item, depth + 1));
                }
                yield ListValue.of(items);
            }
            case Map<?, ?> map -> toObject(map, depth);
            case MadeObject made -> toObject(made.fields(), depth);
            default -> throw new CelException("unsupported type " + TypeName.of(result));
        };
    }

    private static ObjectValue toObject(Map<?, ?> map, int depth) {
        var object = ObjectValue.builder();
        map.forEach((key, held) -> {
            if (!(key instanceof String name)) {
                throw new CelException("unsupported map key type " + TypeName.of(key));
            }
            object.put(name, toValue(held, depth + 1));
        });
        return object.build();
    }
}
