package dev.jarbor.api;

import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;

/**
 * A number or a text in one field: a port by number or name, a count or a percentage.
 *
 * @param value what stands in the object: an {@link IntegerValue} of 32 bits or a {@link StringValue}
 */
public record IntOrString(Value value) {
    /** @throws IllegalArgumentException for any other kind of value */
    public IntOrString {
        if (!(value instanceof IntegerValue) && !(value instanceof StringValue)) {
            throw new IllegalArgumentException("expected an integer or a string, got " + value.typeName());
        }
    }

    public static IntOrString of(int number) {
        return new IntOrString(Value.of(number));
    }

    public static IntOrString of(String text) {
        return new IntOrString(Value.of(text));
    }

    /** What a field holds; 0 where it is absent or neither a number nor a text. */
    public static IntOrString read(Value value) {
        return value instanceof IntegerValue || value instanceof StringValue ? new IntOrString(value) : of(0);
    }

    public boolean isText() {
        return value instanceof StringValue;
    }

    /** The number; a text counts as the number it spells, or as 0. */
    public int number() {
        return switch (value) {
            case IntegerValue(long number) -> (int) number;
            case StringValue(String text) -> spelled(text);
            default -> 0;
        };
    }

    private static int spelled(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    /**
     * The number itself, or the percentage of {@code total}.
     *
     * @param roundUp whether a fraction counts as a whole
     * @throws IllegalArgumentException where the text is no percentage
     */
    public int scaled(int total, boolean roundUp) {
        if (!(value instanceof StringValue(String text))) {
            return number();
        }
        long part = (long) percentage(text) * total;
        return (int) (roundUp ? Math.ceilDiv(part, 100L) : Math.floorDiv(part, 100L));
    }

    private static int percentage(String text) {
        if (!text.endsWith("%")) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid type: string is not a percentage");
        }
        try {
            return Integer.parseInt(text.substring(0, text.length() - 1));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid value \"" + text + "\"", notANumber);
        }
    }

    /** The number or the text, as it is written in YAML. */
    @Override
    public String toString() {
        return value.toString();
    }
}
