package dev.jarbor.cel.value;

/** An unsigned 64-bit number. */
public record Unsigned(long bits) {
    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
