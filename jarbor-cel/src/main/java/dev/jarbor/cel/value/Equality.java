package dev.jarbor.cel.value;

import dev.jarbor.api.value.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code ==} and the order of values. Numbers of different types compare by what they are worth. */
public final class Equality {
    private Equality() {}

    public static boolean equal(Object left, Object right, Meter meter) {
        meter.step(1);
        return switch (left) {
            case Long ignored -> isNumber(right) && compareNumbers(left, right) == 0 && !isNan(right);
            case Unsigned ignored -> isNumber(right) && compareNumbers(left, right) == 0 && !isNan(right);
            case Double number ->
                isNumber(right) && !number.isNaN() && !isNan(right) && compareNumbers(left, right) == 0;
            case String text -> {
                meter.step(text.length() / 8);
                yield text.equals(right);
            }
            case List<?> list -> right instanceof List<?> other && Lists.equal(list, other, meter);
            case Map<?, ?> map -> right instanceof Map<?, ?> other && equalMaps(map, other, meter);
            case Maybe maybe -> right instanceof Maybe other && equalMaybes(maybe, other, meter);
            default -> left.equals(right);
        };
    }

    private static boolean equalMaybes(Maybe left, Maybe right, Meter meter) {
        return (left.isPresent() && right.isPresent())
                ? equal(left.value(), right.value(), meter)
                : left.isPresent() == right.isPresent();
    }

    private static boolean equalMaps(Map<?, ?> left, Map<?, ?> right, Meter meter) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            Object other = right.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, meter)) {
                return false;
            }
        }
        return true;
    }

    public static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Unsigned || value instanceof Double;
    }

    private static boolean isNan(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    /** Whether {@code <} and its like answer false whatever the other operand is. */
    public static boolean isUnordered(Object left, Object right) {
        return isNan(left) || isNan(right);
    }

    /** The order of two values of one type, or of two numbers; fails where there is none. */
    public static int compare(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return compareNumbers(left, right);
        }
        return switch (left) {
            case Boolean truth when right instanceof Boolean other -> truth.compareTo(other);
            case String text when right instanceof String other -> compareTexts(text, other);
            case Bytes bytes when right instanceof Bytes other -> bytes.compareTo(other);
            case Instant instant when right instanceof Instant other -> instant.compareTo(other);
            case Duration duration when right instanceof Duration other -> duration.compareTo(other);
            default -> throw CelException.noSuchOverload();
        };
    }

    /** By code points, which is the order of the texts' UTF-8 bytes. */
    private static int compareTexts(String left, String right) {
        int shared = Math.min(left.length(), right.length());
        for (int i = 0; i < shared; i++) {
            char one = left.charAt(i);
            char other = right.charAt(i);
            if (one != other) {
                boolean bothOrNone = Character.isSurrogate(one) == Character.isSurrogate(other);
                return bothOrNone ? Character.compare(one, other) : Character.isSurrogate(one) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    private static int compareNumbers(Object left, Object right) {
        return switch (left) {
            case Long one when right instanceof Long other -> one.compareTo(other);
            case Long one
            when right instanceof Unsigned other -> one < 0 ? -1 : Long.compareUnsigned(one, other.bits());
            case Unsigned one when right instanceof Unsigned other -> Long.compareUnsigned(one.bits(), other.bits());
            case Unsigned one when right instanceof Long other -> -compareNumbers(other, one);
            case Double one when right instanceof Double other -> one < other ? -1 : one > other ? 1 : 0;
            case Long one when right instanceof Double other -> compareToDouble(one, other);
            case Unsigned one when right instanceof Double other -> compareToDouble(one, other);
            case Double one -> -compareNumbers(right, one);
            default -> throw CelException.noSuchOverload();
        };
    }

    private static int compareToDouble(long whole, double number) {
        if (number >= 0x1p63) {
            return -1;
        }
        if (number < -0x1p63) {
            return 1;
        }
        int order = Long.compare(whole, (long) number);
        return order != 0 ? order : Double.compare(Math.rint(number) == number ? number : Math.floor(number), number);
    }

    private static int compareToDouble(Unsigned whole, double number) {
        if (whole.bits() >= 0) {
            return compareToDouble(whole.bits(), number);
        }
        if (number >= 0x1p64) {
            return -1;
        }
        if (number < 0x1p63) {
            return 1;
        }
        return Long.compareUnsigned(whole.bits(), (long) (number - 0x1p63) + Long.MIN_VALUE);
    }

    /** A map key as maps keep it, so that equal numbers find each other. */
    public static Object key(Object key) {
        return switch (key) {
            case Unsigned number when number.bits() >= 0 -> number.bits();
            case Double number when number == Math.rint(number) && Math.abs(number) < 0x1p53 -> number.longValue();
            case String text -> text;
            case Long number -> number;
            case Boolean truth -> truth;
            case NullValue absent -> absent;
            default -> key;
        };
    }
}
