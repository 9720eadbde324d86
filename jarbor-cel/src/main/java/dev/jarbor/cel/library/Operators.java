package dev.jarbor.cel.library;

import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Equality;
import dev.jarbor.cel.value.Lists;
import dev.jarbor.cel.value.Maybe;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Unsigned;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Arithmetic, comparison, membership and indexing. */
final class Operators {
    private static final String OVERFLOW = "integer overflow";
    private static final String UNSIGNED_OVERFLOW = "unsigned integer overflow";

    private Operators() {}

    static List<Definition> definitions() {
        return List.of(
                Definition.standard("_+_", Operators::add),
                Definition.standard("_-_", Operators::subtract),
                Definition.standard("_*_", (a, meter) -> multiply(a[0], a[1])),
                Definition.standard("_/_", (a, meter) -> divide(a[0], a[1])),
                Definition.standard("_%_", (a, meter) -> modulo(a[0], a[1])),
                Definition.standard("-_", (a, meter) -> negate(a[0])),
                Definition.standard("!_", (a, meter) -> not(a[0])),
                Definition.standard("_==_", (a, meter) -> Equality.equal(a[0], a[1], meter)),
                Definition.standard("_!=_", (a, meter) -> !Equality.equal(a[0], a[1], meter)),
                Definition.standard("_<_", (a, meter) -> ordered(a) && Equality.compare(a[0], a[1]) < 0),
                Definition.standard("_<=_", (a, meter) -> ordered(a) && Equality.compare(a[0], a[1]) <= 0),
                Definition.standard("_>_", (a, meter) -> ordered(a) && Equality.compare(a[0], a[1]) > 0),
                Definition.standard("_>=_", (a, meter) -> ordered(a) && Equality.compare(a[0], a[1]) >= 0),
                Definition.standard("@in", (a, meter) -> contains(a[0], a[1], meter)),
                Definition.standard("_[_]", (a, meter) -> index(a[0], a[1])));
    }

    private static boolean ordered(Object[] operands) {
        return !Equality.isUnordered(operands[0], operands[1]);
    }

    private static Object add(Object[] operands, Meter meter) {
        try {
            return switch (operands[0]) {
                case Long one when operands[1] instanceof Long other -> Math.addExact(one, other);
                case Unsigned one when operands[1] instanceof Unsigned other -> addUnsigned(one.bits(), other.bits());
                case Double one when operands[1] instanceof Double other -> one + other;
                case String one
                when operands[1] instanceof String other -> {
                    meter.step((one.length() + (long) other.length()) / 8);
                    yield one + other;
                }
                case Bytes one
                when operands[1] instanceof Bytes other -> {
                    meter.step((one.size() + (long) other.size()) / 8);
                    yield one.concat(other);
                }
                case List<?> one when operands[1] instanceof List<?> other -> Lists.concat(one, other, meter);
                case Instant one when operands[1] instanceof Duration other -> Times.inRange(one.plus(other));
                case Duration one when operands[1] instanceof Instant other -> Times.inRange(other.plus(one));
                case Duration one when operands[1] instanceof Duration other -> Times.inRange(one.plus(other));
                default -> throw CelException.noSuchOverload();
            };
        } catch (ArithmeticException | DateTimeException e) {
            throw overflow(operands[0]);
        }
    }

    private static CelException overflow(Object operand) {
        return new CelException(
                switch (operand) {
                    case Instant ignored -> "timestamp overflow";
                    case Duration ignored -> "duration overflow";
                    default -> OVERFLOW;
                });
    }

    private static Object subtract(Object[] operands, Meter meter) {
        meter.step(1);
        try {
            return switch (operands[0]) {
                case Long one when operands[1] instanceof Long other -> Math.subtractExact(one, other);
                case Unsigned one
                when operands[1] instanceof Unsigned other -> {
                    if (Long.compareUnsigned(one.bits(), other.bits()) < 0) {
                        throw new CelException(UNSIGNED_OVERFLOW);
                    }
                    yield new Unsigned(one.bits() - other.bits());
                }
                case Double one when operands[1] instanceof Double other -> one - other;
                case Instant one when operands[1] instanceof Duration other -> Times.inRange(one.minus(other));
                case Instant one
                when operands[1] instanceof Instant other -> Times.inRange(Duration.between(other, one));
                case Duration one when operands[1] instanceof Duration other -> Times.inRange(one.minus(other));
                default -> throw CelException.noSuchOverload();
            };
        } catch (ArithmeticException | DateTimeException e) {
            throw overflow(operands[0]);
        }
    }

    private static Unsigned addUnsigned(long one, long other) {
        long sum = one + other;
        if (Long.compareUnsigned(sum, one) < 0) {
            throw new CelException(UNSIGNED_OVERFLOW);
        }
        return new Unsigned(sum);
    }

    private static Object multiply(Object left, Object right) {
        return switch (left) {
            case Long one
            when right instanceof Long other -> {
                try {
                    yield Math.multiplyExact(one, other);
                } catch (ArithmeticException e) {
                    throw new CelException(OVERFLOW);
                }
            }
            case Unsigned one
            when right instanceof Unsigned other -> {
                if (Math.unsignedMultiplyHigh(one.bits(), other.bits()) != 0) {
                    throw new CelException(UNSIGNED_OVERFLOW);
                }
                yield new Unsigned(one.bits() * other.bits());
            }
            case Double one when right instanceof Double other -> one * other;
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object divide(Object left, Object right) {
        return switch (left) {
            case Long one
            when right instanceof Long other -> {
                requireDivisor(other, "division by zero");
                if (one == Long.MIN_VALUE && other == -1) {
                    throw new CelException(OVERFLOW);
                }
                yield one / other;
            }
            case Unsigned one
            when right instanceof Unsigned other -> {
                requireDivisor(other.bits(), "division by zero");
                yield new Unsigned(Long.divideUnsigned(one.bits(), other.bits()));
            }
            case Double one when right instanceof Double other -> one / other;
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object modulo(Object left, Object right) {
        return switch (left) {
            case Long one
            when right instanceof Long other -> {
                requireDivisor(other, "modulus by zero");
                if (one == Long.MIN_VALUE && other == -1) {
                    throw new CelException(OVERFLOW);
                }
                yield one % other;
            }
            case Unsigned one
            when right instanceof Unsigned other -> {
                requireDivisor(other.bits(), "modulus by zero");
                yield new Unsigned(Long.remainderUnsigned(one.bits(), other.bits()));
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static void requireDivisor(long divisor, String message) {
        if (divisor == 0) {
            throw new CelException(message);
        }
    }

    private static Object negate(Object operand) {
        return switch (operand) {
            case Long number -> {
                if (number == Long.MIN_VALUE) {
                    throw new CelException(OVERFLOW);
                }
                yield -number;
            }
            case Double number -> -number;
            case Duration duration -> duration.negated();
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Object not(Object operand) {
        if (operand instanceof Boolean truth) {
            return !truth;
        }
        throw CelException.noSuchOverload();
    }

    private static boolean contains(Object item, Object container, Meter meter) {
        return switch (container) {
            case List<?> list -> Lists.contains(list, item, meter);
            case Map<?, ?> map -> map.containsKey(Equality.key(item));
            default -> throw CelException.noSuchOverload();
        };
    }

    /** The item or entry; fails where there is none. */
    static Object index(Object container, Object key) {
        if (container instanceof Maybe maybe) {
            return maybe.isPresent() ? find(maybe.value(), key).map(Maybe::of).orElse(Maybe.NONE) : Maybe.NONE;
        }
        return find(container, key).orElseThrow(() -> absent(container, key));
    }

    private static CelException absent(Object container, Object key) {
        return container instanceof List<?>
                ? new CelException("index out of bounds: " + key)
                : CelException.noSuchKey(key);
    }

    /** The item or entry, where there is one. */
    static Optional<Object> find(Object container, Object key) {
        return switch (container) {
            case List<?> list -> {
                long at = position(key);
                yield at < 0 || at >= list.size() ? Optional.empty() : Optional.of(list.get((int) at));
            }
            case Map<?, ?> map -> Optional.ofNullable(map.get(Equality.key(key)));
            default -> throw CelException.noSuchOverload();
        };
    }

    private static long position(Object key) {
        Object index = Equality.key(key);
        if (index instanceof Long number) {
            return number;
        }
        throw new CelException("unsupported index type '" + dev.jarbor.cel.value.TypeName.of(key) + "' in list");
    }
}
