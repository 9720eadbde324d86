package dev.jarbor.api.value;

/**
 * One immutable JSON-shaped value. Equality is by content; {@code 1} and {@code 1.0} differ, as they do for the
 * reference's unstructured objects (integers are signed 64 bit, everything else is a double).
 */
public sealed interface Value
        permits ObjectValue, ListValue, StringValue, IntegerValue, DecimalValue, BooleanValue, NullValue {

    static StringValue of(String text) {
        return new StringValue(text);
    }

    static IntegerValue of(long number) {
        return new IntegerValue(number);
    }

    static DecimalValue of(double number) {
        return new DecimalValue(number);
    }

    static BooleanValue of(boolean truth) {
        return truth ? BooleanValue.TRUE : BooleanValue.FALSE;
    }

    /** The word Kubernetes error messages use for this value's type, such as {@code string} or {@code object}. */
    default String typeName() {
        return switch (this) {
            case ObjectValue ignored -> "object";
            case ListValue ignored -> "array";
            case StringValue ignored -> "string";
            case IntegerValue ignored -> "integer";
            case DecimalValue ignored -> "number";
            case BooleanValue ignored -> "boolean";
            case NullValue ignored -> "null";
        };
    }
}
