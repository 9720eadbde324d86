package dev.jarbor.cel.value;

/**
 * Why an expression has no value, in the reference's words: {@code no such key: x}, {@code division by zero} and the like.
 * Logical operators may still find an answer where one of their operands fails so.
 */
public final class CelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CelException(String message) {
        super(message, null, false, false);
    }

    /** For a call that no overload fits, as operators say it. */
    public static CelException noSuchOverload() {
        return new CelException("no such overload");
    }

    /** For a call of a function that no overload fits. */
    public static CelException noSuchOverload(String function) {
        return new CelException("no such overload: " + function);
    }

    public static CelException noSuchKey(Object key) {
        return new CelException("no such key: " + key);
    }
}
