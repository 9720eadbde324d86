package dev.jarbor.server.structural;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.math.BigDecimal;
import java.util.List;

/** What schemas ask of strings, numbers and chosen values. */
final class Scalars {
    private Scalars() {}

    static void string(StructuralSchema schema, String text, String path, List<Fault> faults) {
        ObjectValue raw = schema.raw();
        Value value = Value.of(text);
        int length = text.codePointCount(0, text.length());
        if (raw.has("maxLength") && length > raw.integer("maxLength")) {
            faults.add(Fault.tooLong(path, raw.integer("maxLength")));
        } else if (raw.has("minLength") && length < raw.integer("minLength")) {
            faults.add(Fault.invalid(
                    path, value, Fault.in(path) + " should be at least " + raw.integer("minLength") + " chars long"));
        } else if (schema.pattern().isPresent()
                && !schema.pattern().get().matcher(text).find()) {
            faults.add(Fault.invalid(path, value, Fault.in(path) + " should match '" + raw.string("pattern") + "'"));
        }
        String format = raw.string("format");
        if (!format.isEmpty() && !Formats.matches(format, text)) {
            faults.add(Fault.type(path, format, text));
        }
    }

    static void number(StructuralSchema schema, Value value, String path, List<Fault> faults) {
        if (!ValueValidation.isNumber(value)) {
            return;
        }
        ObjectValue raw = schema.raw();
        BigDecimal number = decimal(value);
        if (raw.has("multipleOf")) {
            BigDecimal factor = decimal(raw.valueOrNull("multipleOf"));
            if (factor.signum() > 0 && number.remainder(factor).signum() != 0) {
                faults.add(Fault.invalid(
                        path, value, Fault.in(path) + " should be a multiple of " + text(raw, "multipleOf")));
            }
        }
        if (raw.has("maximum")) {
            int order = number.compareTo(decimal(raw.valueOrNull("maximum")));
            boolean exclusive = raw.bool("exclusiveMaximum");
            if (order > 0 || (exclusive && order == 0)) {
                faults.add(Fault.invalid(
                        path,
                        value,
                        Fault.in(path) + " should be less than " + (exclusive ? "" : "or equal to ")
                                + text(raw, "maximum")));
            }
        }
        if (raw.has("minimum")) {
            int order = number.compareTo(decimal(raw.valueOrNull("minimum")));
            boolean exclusive = raw.bool("exclusiveMinimum");
            if (order < 0 || (exclusive && order == 0)) {
                faults.add(Fault.invalid(
                        path,
                        value,
                        Fault.in(path) + " should be greater than " + (exclusive ? "" : "or equal to ")
                                + text(raw, "minimum")));
            }
        }
    }

    static void enumeration(StructuralSchema schema, Value value, String path, List<Fault> faults) {
        ListValue allowed = schema.raw().list("enum");
        if (allowed.isEmpty() || (value instanceof NullValue && schema.nullable())) {
            return;
        }
        for (Value one : allowed) {
            if (same(one, value)) {
                return;
            }
        }
        faults.add(Fault.notSupported(path, value, allowed.mapped(Scalars::shown)));
    }

    private static String shown(Value value) {
        return value instanceof StringValue(String text) ? text : Json.text(value);
    }

    private static boolean same(Value one, Value other) {
        return one.equals(other)
                || (ValueValidation.isNumber(one)
                        && ValueValidation.isNumber(other)
                        && decimal(one).compareTo(decimal(other)) == 0);
    }

    /** Whether {@code value} is a number without a fraction, however it was written. */
    static boolean isWhole(Value value) {
        return value instanceof IntegerValue
                || (value instanceof DecimalValue(double number)
                        && number == Math.rint(number)
                        && Math.abs(number) < 1L << 53);
    }

    private static BigDecimal decimal(Value value) {
        return switch (value) {
            case IntegerValue(long number) -> BigDecimal.valueOf(number);
            case DecimalValue(double number) when Double.isFinite(number) -> new BigDecimal(Double.toString(number));
            default -> BigDecimal.ZERO;
        };
    }

    private static String text(ObjectValue raw, String field) {
        return Json.text(raw.valueOrNull(field));
    }
}
