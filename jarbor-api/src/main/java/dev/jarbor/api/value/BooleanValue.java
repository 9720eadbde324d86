package dev.jarbor.api.value;

/** True or false. */
public record BooleanValue(boolean truth) implements Value {
    public static final BooleanValue TRUE = new BooleanValue(true);
    public static final BooleanValue FALSE = new BooleanValue(false);

    @Override
    public String toString() {
        return Boolean.toString(truth);
    }
}
