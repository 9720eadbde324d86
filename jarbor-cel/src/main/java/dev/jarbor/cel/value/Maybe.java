package dev.jarbor.cel.value;

import org.jspecify.annotations.Nullable;

/** CEL's optional value. */
public record Maybe(@Nullable Object held) {
    public static final Maybe NONE = new Maybe(null);

    public static Maybe of(Object value) {
        return new Maybe(value);
    }

    public boolean isPresent() {
        return held != null;
    }

    /** What it holds; fails where it holds nothing. */
    public Object value() {
        if (held == null) {
            throw new CelException("optional.none() dereference");
        }
        return held;
    }
}
