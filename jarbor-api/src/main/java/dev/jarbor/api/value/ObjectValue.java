package dev.jarbor.api.value;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * An immutable object: names to values, kept sorted by name, so that equality, printing and iteration never depend on
 * the order in which somebody wrote the fields. Two parallel arrays, because objects are small, many and live long.
 *
 * <p>The typed readers ({@link #string}, {@link #integer}, {@link #object} …) read what is absent, null or of another
 * type as the type's zero value, the way the reference's Go structs do; {@link #get} and {@link #has} tell absence.
 */
public final class ObjectValue implements Value {
    public static final ObjectValue EMPTY = new ObjectValue(new String[0], new Value[0]);

    private final String[] names;
    private final Value[] values;
    private int hash;

    private ObjectValue(String[] names, Value[] values) {
        this.names = names;
        this.values = values;
    }

    public static ObjectValue of(Map<String, ? extends Value> fields) {
        var builder = new Builder();
        fields.forEach(builder::put);
        return builder.build();
    }

    public static ObjectValue of(String name, Value value) {
        return new ObjectValue(new String[] {name}, new Value[] {value});
    }

    public static ObjectValue ofStrings(Map<String, String> fields) {
        var builder = new Builder();
        fields.forEach((name, text) -> builder.put(name, Value.of(text)));
        return builder.build();
    }

    /** For fields that come in the order of their names already; {@code names} has each name once. */
    public static ObjectValue ofSorted(List<String> names, List<? extends Value> values) {
        if (names.size() != values.size()) {
            throw new IllegalArgumentException(names.size() + " names for " + values.size() + " values");
        }
        return names.isEmpty() ? EMPTY : new ObjectValue(names.toArray(new String[0]), values.toArray(new Value[0]));
    }

    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return names.length;
    }

    public boolean isEmpty() {
        return names.length == 0;
    }

    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    public Optional<Value> get(String name) {
        int index = indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(values[index]);
    }

    /** The value of {@code name}, or {@link NullValue#NULL} where there is none. */
    public Value valueOrNull(String name) {
        int index = indexOf(name);
        return index < 0 ? NullValue.NULL : values[index];
    }

    /** Follows {@code path} through nested objects; {@link NullValue#NULL} where it ends early. */
    public Value at(String... path) {
        Value here = this;
        for (String name : path) {
            here = here instanceof ObjectValue object ? object.valueOrNull(name) : NullValue.NULL;
        }
        return here;
    }

    public String string(String name) {
        return valueOrNull(name) instanceof StringValue(String text) ? text : "";
    }

    public long integer(String name) {
        return switch (valueOrNull(name)) {
            case IntegerValue(long number) -> number;
            case DecimalValue(double number) -> (long) number;
            default -> 0;
        };
    }

    public double decimal(String name) {
        return switch (valueOrNull(name)) {
            case IntegerValue(long number) -> number;
            case DecimalValue(double number) -> number;
            default -> 0;
        };
    }

    public boolean bool(String name) {
        return valueOrNull(name) instanceof BooleanValue(boolean truth) && truth;
    }

    public ObjectValue object(String name) {
        return valueOrNull(name) instanceof ObjectValue object ? object : EMPTY;
    }

    public ListValue list(String name) {
        return valueOrNull(name) instanceof ListValue list ? list : ListValue.EMPTY;
    }

    /** This very object where it says so already; objects and lists are only looked at to be the very same. */
    public ObjectValue with(String name, Value value) {
        int index = indexOf(name);
        if (index >= 0) {
            if (isSame(values[index], value)) {
                return this;
            }
            Value[] changed = values.clone();
            changed[index] = value;
            return new ObjectValue(names, changed);
        }
        int at = -index - 1;
        String[] moreNames = new String[names.length + 1];
        Value[] moreValues = new Value[names.length + 1];
        System.arraycopy(names, 0, moreNames, 0, at);
        System.arraycopy(values, 0, moreValues, 0, at);
        moreNames[at] = name;
        moreValues[at] = value;
        System.arraycopy(names, at, moreNames, at + 1, names.length - at);
        System.arraycopy(values, at, moreValues, at + 1, names.length - at);
        return new ObjectValue(moreNames, moreValues);
    }

    @SuppressWarnings("ReferenceEquality") // the very same value: nothing to copy
    private static boolean isSame(Value before, Value value) {
        boolean scalar = !(value instanceof ObjectValue) && !(value instanceof ListValue);
        return before == value || (scalar && before.equals(value));
    }

    public ObjectValue with(String name, String text) {
        return with(name, Value.of(text));
    }

    public ObjectValue with(String name, long number) {
        return with(name, Value.of(number));
    }

    public ObjectValue with(String name, boolean truth) {
        return with(name, Value.of(truth));
    }

    public ObjectValue without(String name) {
        int index = indexOf(name);
        if (index < 0) {
            return this;
        }
        if (names.length == 1) {
            return EMPTY;
        }
        String[] fewerNames = new String[names.length - 1];
        Value[] fewerValues = new Value[names.length - 1];
        System.arraycopy(names, 0, fewerNames, 0, index);
        System.arraycopy(values, 0, fewerValues, 0, index);
        System.arraycopy(names, index + 1, fewerNames, index, fewerNames.length - index);
        System.arraycopy(values, index + 1, fewerValues, index, fewerNames.length - index);
        return new ObjectValue(fewerNames, fewerValues);
    }

    /** The same fields with {@code change} of each, by its name; this very object when no value changes. */
    @SuppressWarnings("ReferenceEquality") // the very same value: nothing to copy
    ObjectValue mapFields(BiFunction<String, Value, Value> change) {
        Value[] changed = values;
        for (int i = 0; i < values.length; i++) {
            Value value = change.apply(names[i], values[i]);
            if (value != values[i]) {
                changed = changed == values ? values.clone() : changed;
                changed[i] = value;
            }
        }
        return changed == values ? this : new ObjectValue(names, changed);
    }

    /** Replaces the object field {@code name} by {@code change} of what it holds (an empty object where absent). */
    public ObjectValue update(String name, Function<ObjectValue, ? extends Value> change) {
        return with(name, change.apply(object(name)));
    }

    /** The field names in order. */
    public List<String> names() {
        return List.of(names);
    }

    public String name(int index) {
        return names[index];
    }

    public Value value(int index) {
        return values[index];
    }

    public void forEach(BiConsumer<String, Value> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], values[i]);
        }
    }

    /** An unmodifiable, sorted map view whose values are {@code view} of the fields; nothing is copied. */
    public <T> Map<String, T> mapped(Function<Value, T> view) {
        return isEmpty() ? Map.of() : new Mapped<>(this, view);
    }

    /** The fields as strings, in order. */
    public Map<String, String> strings() {
        return mapped(Value::toString);
    }

    /** Most names are constants of the program, the very same text: those are found without reading them. */
    @SuppressWarnings({"ReferenceEquality", "StringEquality"})
    private int indexOf(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i] == name) {
                return i;
            }
        }
        if (names.length <= 8) {
            for (int i = 0; i < names.length; i++) {
                int order = names[i].compareTo(name);
                if (order == 0) {
                    return i;
                }
                if (order > 0) {
                    return -i - 1;
                }
            }
            return -names.length - 1;
        }
        return Arrays.binarySearch(names, name);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof ObjectValue that
                        && hashCode() == that.hashCode()
                        && Arrays.equals(names, that.names)
                        && Arrays.equals(values, that.values));
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
        }
        return hash;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        forEach((name, value) -> text.append(text.length() == 1 ? "" : ", ")
                .append(name)
                .append('=')
                .append(value));
        return text.append('}').toString();
    }

    /** Collects fields in any order; a later value for a name replaces the earlier one. */
    public static final class Builder {
        private final TreeMap<String, Value> fields = new TreeMap<>();

        private Builder() {}

        public Builder put(String name, Value value) {
            fields.put(name, value);
            return this;
        }

        public Builder put(String name, String text) {
            return put(name, Value.of(text));
        }

        public Builder put(String name, long number) {
            return put(name, Value.of(number));
        }

        public Builder put(String name, boolean truth) {
            return put(name, Value.of(truth));
        }

        public ObjectValue build() {
            if (fields.isEmpty()) {
                return EMPTY;
            }
            return new ObjectValue(
                    fields.keySet().toArray(new String[0]), fields.values().toArray(new Value[0]));
        }
    }

    private static final class Mapped<T> extends AbstractMap<String, T> {
        private final ObjectValue source;
        private final Function<Value, T> view;

        Mapped(ObjectValue source, Function<Value, T> view) {
            this.source = source;
            this.view = view;
        }

        @Override
        public Set<Entry<String, T>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, T>> iterator() {
                    return new Iterator<>() {
                        private int next;

                        @Override
                        public boolean hasNext() {
                            return next < source.size();
                        }

                        @Override
                        public Entry<String, T> next() {
                            int index = next++;
                            return Map.entry(source.name(index), view.apply(source.value(index)));
                        }
                    };
                }

                @Override
                public int size() {
                    return source.size();
                }
            };
        }

        @Override
        public boolean containsKey(Object key) {
            return key instanceof String name && source.has(name);
        }

        @Override
        @SuppressWarnings("NullAway") // Map.get answers null for an absent key by contract
        public T get(Object key) {
            return key instanceof String name && source.has(name) ? view.apply(source.valueOrNull(name)) : null;
        }
    }
}
