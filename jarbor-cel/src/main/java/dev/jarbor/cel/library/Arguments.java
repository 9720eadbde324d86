package dev.jarbor.cel.library;

import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.CostExceeded;
import java.util.List;
import java.util.Map;

/** Reads arguments of a call; one of another type means that no overload fits. */
final class Arguments {
    /** Characters of the longest text that a function makes. */
    static final long LONGEST_TEXT = 16L * 1024 * 1024;

    private Arguments() {}

    static String text(Object[] arguments, int index) {
        if (arguments[index] instanceof String text) {
            return text;
        }
        throw CelException.noSuchOverload();
    }

    static int integer(Object[] arguments, int index) {
        if (arguments[index] instanceof Long number) {
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
        }
        throw CelException.noSuchOverload();
    }

    static List<?> list(Object[] arguments, int index) {
        if (arguments[index] instanceof List<?> list) {
            return list;
        }
        throw CelException.noSuchOverload();
    }

    static Map<?, ?> map(Object[] arguments, int index) {
        if (arguments[index] instanceof Map<?, ?> map) {
            return map;
        }
        throw CelException.noSuchOverload();
    }

    static boolean bool(Object[] arguments, int index) {
        if (arguments[index] instanceof Boolean truth) {
            return truth;
        }
        throw CelException.noSuchOverload();
    }

    static <T> T of(Class<T> type, Object[] arguments, int index) {
        if (type.isInstance(arguments[index])) {
            return type.cast(arguments[index]);
        }
        throw CelException.noSuchOverload();
    }

    /** Refuses to make a text of that many characters. */
    static void requireLength(long characters) {
        if (characters > LONGEST_TEXT) {
            throw new CostExceeded();
        }
    }
}
