package dev.jarbor.api.schema;

import dev.jarbor.api.Fields;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** The scalars that have a written form of their own, and what their Go types say of what does not follow it. */
final class WrittenScalars {
    private static final String TIME_LAYOUT = "2006-01-02T15:04:05Z07:00";
    private static final String MICRO_TIME_LAYOUT = "2006-01-02T15:04:05.000000Z07:00";

    private WrittenScalars() {}

    /** {@code value} in canonical form: itself where it already is. */
    static Value read(Scalar scalar, Value value) throws MalformedScalarException {
        return switch (scalar) {
            case BYTES -> base64(value, text(value, "[]uint8"));
            case QUANTITY -> quantity(value);
            case INT_OR_STRING -> intOrString(value);
            case TIME -> {
                String text = text(value, "string");
                yield Rfc3339.isSeconds(text) ? value : same(value, Fields.ofInstant(time(text, TIME_LAYOUT)));
            }
            case MICRO_TIME -> {
                String text = text(value, "string");
                yield Rfc3339.isMicros(text)
                        ? value
                        : same(value, Fields.ofMicroInstant(time(text, MICRO_TIME_LAYOUT)));
            }
            case DURATION -> {
                text(value, "string");
                yield value;
            }
            default -> value;
        };
    }

    private static Value same(Value written, Value canonical) {
        return written.equals(canonical) ? written : canonical;
    }

    private static String text(Value value, String goType) throws MalformedScalarException {
        if (value instanceof StringValue(String text)) {
            return text;
        }
        throw new MalformedScalarException(
                "json: cannot unmarshal " + GoNames.json(value) + " into Go value of type " + goType);
    }

    private static Value quantity(Value value) throws MalformedScalarException {
        String text = switch (value) {
            case StringValue(String written) -> written.strip();
            case IntegerValue(long number) -> Long.toString(number);
            case DecimalValue(double number) -> BigDecimal.valueOf(number).toPlainString();
            default -> "";
        };
        try {
            return same(value, Quantity.parse(text).value());
        } catch (IllegalArgumentException malformed) {
            throw new MalformedScalarException(String.valueOf(malformed.getMessage()));
        }
    }

    private static Value intOrString(Value value) throws MalformedScalarException {
        if (value instanceof StringValue || (value instanceof IntegerValue(long number) && number == (int) number)) {
            return value;
        }
        throw new MalformedScalarException(
                "json: cannot unmarshal " + GoNames.jsonForNumber(value) + " into Go value of type int32");
    }

    private static Instant time(String text, String layout) throws MalformedScalarException {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notATime) {
            throw new MalformedScalarException(
                    "parsing time \"" + text + "\" as \"" + layout + "\": cannot parse \"" + text + "\" as \"2006\"");
        }
    }

    /** The text without line breaks, which base64 may have anywhere. */
    private static Value base64(Value value, String text) throws MalformedScalarException {
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        int letters = 0;
        int breaks = 0;
        for (int i = 0; i < text.length() - padding; i++) {
            char letter = text.charAt(i);
            if (letter == '\n' || letter == '\r') {
                breaks++;
            } else if (isBase64(letter)) {
                letters++;
            } else {
                throw new MalformedScalarException("illegal base64 data at input byte " + i);
            }
        }
        if ((letters + padding) % 4 != 0) {
            int place = Math.max(0, text.length() - letters % 4);
            throw new MalformedScalarException("illegal base64 data at input byte " + place);
        }
        return breaks == 0 ? value : Value.of(text.replace("\n", "").replace("\r", ""));
    }

    private static boolean isBase64(char letter) {
        return (letter >= 'A' && letter <= 'Z')
                || (letter >= 'a' && letter <= 'z')
                || (letter >= '0' && letter <= '9')
                || letter == '+'
                || letter == '/';
    }
}
