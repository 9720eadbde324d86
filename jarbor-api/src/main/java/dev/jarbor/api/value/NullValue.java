package dev.jarbor.api.value;

/** An explicit JSON null: only ever seen in patches and unpruned input. */
public record NullValue() implements Value {
    public static final NullValue NULL = new NullValue();

    @Override
    public String toString() {
        return "null";
    }
}
