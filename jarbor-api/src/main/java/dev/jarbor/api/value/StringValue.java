package dev.jarbor.api.value;

/** A string. */
public record StringValue(String text) implements Value {
    @Override
    public String toString() {
        return text;
    }
}
