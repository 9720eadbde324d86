package dev.jarbor.api.value;

/** A number that is not a 64-bit integer. */
public record DecimalValue(double number) implements Value {
    @Override
    public String toString() {
        return Double.toString(number);
    }
}
