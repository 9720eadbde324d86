package dev.jarbor.api.value;

/** A whole number of at most 64 bits. */
public record IntegerValue(long number) implements Value {
    @Override
    public String toString() {
        return Long.toString(number);
    }
}
