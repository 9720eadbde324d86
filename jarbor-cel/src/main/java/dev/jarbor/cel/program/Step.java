package dev.jarbor.cel.program;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.cel.library.Function;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Equality;
import dev.jarbor.cel.value.MadeObject;
import dev.jarbor.cel.value.Maybe;
import dev.jarbor.cel.value.Struct;
import dev.jarbor.cel.value.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One part of a program. Costs are charged as the reference charges them (cel-go, interpreter/runtimecost): one for each
 * variable and field, a price by size for calls, nothing for constants and logic.
 */
sealed interface Step {
    Object evaluate(Frame frame);

    /** A constant. */
    record Constant(Object value) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            return value;
        }
    }

    /** A declared variable. */
    record Variable(String name, int cost) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            frame.meter.charge(cost);
            return frame.variables
                    .lookup(name, frame.meter)
                    .orElseThrow(() -> new CelException("no such attribute(s): " + name));
        }
    }

    /** What went wrong in an earlier round of a loop; it comes up where the value is used. */
    record Failure(CelException cause) {}

    /** A variable of a loop. */
    record Slot(int index, int cost) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            frame.meter.charge(cost);
            Object value = frame.slots[index];
            if (value instanceof Failure(CelException cause)) {
                throw cause;
            }
            return value;
        }
    }

    /** {@code operand.field}. */
    record Select(Step operand, String field, int cost) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            Object value = operand.evaluate(frame);
            frame.meter.charge(cost);
            if (value instanceof Maybe maybe) {
                return maybe.isPresent()
                        ? find(maybe.value(), field, frame).map(Maybe::of).orElse(Maybe.NONE)
                        : Maybe.NONE;
            }
            return find(value, field, frame).orElseThrow(() -> CelException.noSuchKey(field));
        }

        static Optional<Object> find(Object value, String field, Frame frame) {
            return switch (value) {
                case Map<?, ?> map -> Optional.ofNullable(map.get(field));
                case Struct struct -> struct.field(field, frame.meter);
                default -> Optional.empty();
            };
        }
    }

    /** {@code has(operand.field)}: whether it is set, and not null. */
    record Has(Step operand, String field) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            Object value = operand.evaluate(frame);
            if (value instanceof Maybe maybe) {
                return maybe.isPresent()
                        && Select.find(maybe.value(), field, frame).isPresent();
            }
            return Select.find(value, field, frame).isPresent();
        }
    }

    /** {@code operand.?field}. */
    record OptionalSelect(Step operand, String field) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            Object value = operand.evaluate(frame);
            frame.meter.charge(1);
            Object inner = value instanceof Maybe maybe ? maybe.held() : value;
            return inner == null
                    ? Maybe.NONE
                    : Select.find(inner, field, frame).map(Maybe::of).orElse(Maybe.NONE);
        }
    }

    /** {@code &&} and {@code ||}: an operand that decides alone wins over one that fails. */
    record Logic(Step left, Step right, boolean deciding) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            CelException failed = null;
            Object first = null;
            try {
                first = left.evaluate(frame);
                if (first.equals(deciding)) {
                    return deciding;
                }
            } catch (CelException e) {
                failed = e;
            }
            Object second = right.evaluate(frame);
            if (second.equals(deciding)) {
                return deciding;
            }
            if (failed != null) {
                throw failed;
            }
            if (!(first instanceof Boolean) || !(second instanceof Boolean)) {
                throw CelException.noSuchOverload();
            }
            return !deciding;
        }
    }

    /** {@code condition ? yes : no}. */
    record Choice(Step condition, Step yes, Step no) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            if (condition.evaluate(frame) instanceof Boolean truth) {
                return truth ? yes.evaluate(frame) : no.evaluate(frame);
            }
            throw CelException.noSuchOverload();
        }
    }

    /** Whether to go on with a loop: anything but a plain false says so. */
    record NotStrictlyFalse(Step operand) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            frame.meter.charge(1);
            try {
                return !operand.evaluate(frame).equals(false);
            } catch (CelException e) {
                return true;
            }
        }
    }

    /** {@code a.or(b)} and {@code a.orValue(b)} of optionals. */
    record OrElse(Step first, Step second, boolean unwrap) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            frame.meter.charge(1);
            if (!(first.evaluate(frame) instanceof Maybe maybe)) {
                throw CelException.noSuchOverload(unwrap ? "orValue" : "or");
            }
            return maybe.isPresent() ? (unwrap ? maybe.value() : maybe) : second.evaluate(frame);
        }
    }

    /** A call of a function. */
    record Call(Function function, Price price, List<Step> arguments) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            Object[] values = new Object[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).evaluate(frame);
            }
            frame.meter.charge(price.before(values));
            Object result = function.call(values, frame.meter);
            frame.meter.charge(price.after(result));
            return result;
        }
    }

    /** {@code [a, b, ?c]}. */
    record MakeList(List<Step> items, List<Integer> optional) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            var list = new ArrayList<Object>(items.size());
            for (int i = 0; i < items.size(); i++) {
                Object item = items.get(i).evaluate(frame);
                if (!optional.contains(i)) {
                    list.add(item);
                } else if (item instanceof Maybe maybe) {
                    if (maybe.isPresent()) {
                        list.add(maybe.value());
                    }
                } else {
                    throw new CelException("cannot initialize optional list element from non-optional value");
                }
            }
            frame.meter.charge(Price.LIST);
            return List.copyOf(list);
        }
    }

    /** One entry of a map or one field of an object. */
    record Entry(Step key, Step value, boolean optional) {}

    /** <code>{a: b, ?c: d}</code>; with a type name, an object's fields. */
    record MakeMap(List<Entry> entries, @Nullable String typeName) implements Step {
        @Override
        public Object evaluate(Frame frame) {
            var map = new LinkedHashMap<Object, Object>();
            for (Entry entry : entries) {
                Object key = Equality.key(entry.key.evaluate(frame));
                Object value = entry.value.evaluate(frame);
                if (!isKey(key)) {
                    throw new CelException("unsupported key type");
                }
                if (entry.optional) {
                    if (!(value instanceof Maybe maybe)) {
                        throw new CelException(
                                "cannot initialize optional entry '" + Texts.of(key) + "' from non-optional value");
                    }
                    if (!maybe.isPresent()) {
                        continue;
                    }
                    value = maybe.value();
                }
                if (map.put(key, value) != null) {
                    throw new CelException("Failed with repeated key");
                }
            }
            frame.meter.charge(typeName == null ? Price.MAP : Price.OBJECT);
            return typeName == null ? map : new MadeObject(typeName, map);
        }

        private static boolean isKey(Object key) {
            return key instanceof String || key instanceof Boolean || Equality.isNumber(key);
        }
    }

    /** A loop over a list or a map, from which the macros are made. */
    record Fold(Step range, int first, int second, int accumulator, Step start, Step condition, Step step, Step result)
            implements Step {
        @Override
        public Object evaluate(Frame frame) {
            Object over = range.evaluate(frame);
            frame.slots[accumulator] = attempt(start, frame);
            switch (over) {
                case List<?> list -> {
                    long index = 0;
                    for (Object item : list) {
                        if (!round(frame, second < 0 ? item : (Object) index, item)) {
                            break;
                        }
                        index++;
                    }
                }
                case Map<?, ?> map -> {
                    for (Map.Entry<?, ?> entry : map.entrySet()) {
                        if (!round(frame, entry.getKey(), entry.getValue())) {
                            break;
                        }
                    }
                }
                case NullValue ignored -> throw CelException.noSuchOverload();
                default -> throw CelException.noSuchOverload();
            }
            return result.evaluate(frame);
        }

        private boolean round(Frame frame, Object one, Object other) {
            frame.meter.step(1);
            frame.slots[first] = one;
            if (second >= 0) {
                frame.slots[second] = other;
            }
            if (attempt(condition, frame).equals(false)) {
                return false;
            }
            frame.slots[accumulator] = attempt(step, frame);
            return true;
        }

        private static Object attempt(Step step, Frame frame) {
            try {
                return step.evaluate(frame);
            } catch (CelException e) {
                return new Failure(e);
            }
        }
    }
}
