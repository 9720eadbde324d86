package dev.jarbor.api.value;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An immutable list of values. */
public final class ListValue implements Value, Iterable<Value> {
    public static final ListValue EMPTY = new ListValue(List.of());

    private final List<Value> items;

    private ListValue(List<Value> items) {
        this.items = items;
    }

    public static ListValue of(List<? extends Value> items) {
        return items.isEmpty() ? EMPTY : new ListValue(List.copyOf(items));
    }

    public static ListValue of(Value... items) {
        return of(List.of(items));
    }

    public static ListValue ofStrings(List<String> texts) {
        return of(texts.stream().map(StringValue::new).toList());
    }

    public int size() {
        return items.size();
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    public Value get(int index) {
        return items.get(index);
    }

    /** The items as an unmodifiable list. */
    public List<Value> items() {
        return items;
    }

    /** The items that are objects, in order. */
    public List<ObjectValue> objects() {
        return mapped(item -> item instanceof ObjectValue object ? object : ObjectValue.EMPTY);
    }

    /** The items as strings; what is not a string reads as its printed form. */
    public List<String> strings() {
        return mapped(Value::toString);
    }

    /** A lazily mapped, unmodifiable view: nothing is copied, {@code view} runs on each access. */
    public <T> List<T> mapped(Function<Value, T> view) {
        return items.isEmpty() ? List.of() : new Mapped<>(items, view);
    }

    public ListValue with(Value item) {
        var extended = new ArrayList<Value>(items.size() + 1);
        extended.addAll(items);
        extended.add(item);
        return new ListValue(List.copyOf(extended));
    }

    /** {@code change} of each item; this very list when no item changes. */
    @SuppressWarnings("ReferenceEquality") // the very same value: nothing to copy
    ListValue mapValues(UnaryOperator<Value> change) {
        boolean same = true;
        var changed = new Value[items.size()];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = change.apply(items.get(i));
            same &= changed[i] == items.get(i);
        }
        return same ? this : new ListValue(List.of(changed));
    }

    public Stream<Value> stream() {
        return items.stream();
    }

    @Override
    public Iterator<Value> iterator() {
        return items.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof ListValue that && items.equals(that.items));
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return items.toString();
    }

    private static final class Mapped<T> extends AbstractList<T> implements RandomAccess {
        private final List<Value> source;
        private final Function<Value, T> view;

        Mapped(List<Value> source, Function<Value, T> view) {
            this.source = source;
            this.view = view;
        }

        @Override
        public T get(int index) {
            return view.apply(source.get(index));
        }

        @Override
        public int size() {
            return source.size();
        }
    }
}
