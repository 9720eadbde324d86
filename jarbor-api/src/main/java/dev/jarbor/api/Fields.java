package dev.jarbor.api;

import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Conversions between values and the Java types that the generated views speak. Reading never fails: what is absent or
 * of another type reads as the zero value of the Java type.
 */
public final class Fields {
    private Fields() {}

    public static ObjectValue object(Value value) {
        return value instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    public static ListValue list(Value value) {
        return value instanceof ListValue list ? list : ListValue.EMPTY;
    }

    public static String text(Value value) {
        return value instanceof StringValue(String text) ? text : "";
    }

    public static int int32(Value value) {
        return (int) int64(value);
    }

    public static long int64(Value value) {
        return switch (value) {
            case IntegerValue(long number) -> number;
            case DecimalValue(double number) -> (long) number;
            default -> 0;
        };
    }

    public static double number(Value value) {
        return switch (value) {
            case IntegerValue(long number) -> number;
            case DecimalValue(double number) -> number;
            default -> 0;
        };
    }

    public static boolean truth(Value value) {
        return value instanceof BooleanValue(boolean truth) && truth;
    }

    /** The bytes of a base64 text, a new array each time; none where the text is not base64. */
    public static byte[] bytes(Value value) {
        try {
            return Base64.getDecoder().decode(text(value));
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    /** The instant that an RFC 3339 text with any offset and precision names; empty where it names none. */
    public static Optional<Instant> time(Value value) {
        if (!(value instanceof StringValue(String text))) {
            return Optional.empty();
        }
        Optional<Instant> usual = Rfc3339.parse(text);
        if (usual.isPresent()) {
            return usual;
        }
        try {
            return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    /** As {@link #time}, with {@link Instant#EPOCH} where there is none: for times in lists and maps. */
    public static Instant instant(Value value) {
        return time(value).orElse(Instant.EPOCH);
    }

    public static Value ofText(String text) {
        return Value.of(text);
    }

    /** @param number an Integer or a Long */
    public static Value ofNumber(Number number) {
        return Value.of(number.longValue());
    }

    /** The JSON number of {@code number}: a whole one without a fraction is an integer, as the reference prints it. */
    public static Value ofDouble(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? Value.of((long) number) : Value.of(number);
    }

    public static Value ofTruth(boolean truth) {
        return Value.of(truth);
    }

    public static Value ofBytes(byte[] bytes) {
        return Value.of(Base64.getEncoder().encodeToString(bytes));
    }

    /** {@code 2006-01-02T15:04:05Z}: how the reference prints its Time, without fractions. */
    public static Value ofInstant(Instant instant) {
        return Value.of(Rfc3339.seconds(instant));
    }

    /** {@code 2006-01-02T15:04:05.000000Z}: how the reference prints its MicroTime. */
    public static Value ofMicroInstant(Instant instant) {
        return Value.of(Rfc3339.micros(instant));
    }

    public static <T> ListValue listOf(List<T> items, Function<? super T, ? extends Value> write) {
        var values = new ArrayList<Value>(items.size());
        for (T item : items) {
            values.add(write.apply(item));
        }
        return ListValue.of(values);
    }

    public static <T> ObjectValue objectOf(Map<String, T> entries, Function<? super T, ? extends Value> write) {
        var fields = ObjectValue.builder();
        entries.forEach((name, item) -> fields.put(name, write.apply(item)));
        return fields.build();
    }
}
