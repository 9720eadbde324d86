package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.HashSet;
import java.util.function.Function;

/**
 * Lists and maps of bounded size whose parts are checked one by one. One that is too large is refused without a look at
 * its parts.
 */
public final class Items {
    /** Says what is wrong with one item. */
    @FunctionalInterface
    public interface Check<T> {
        void check(T item, FieldPath at, Checks checks);
    }

    private Items() {}

    /** Whether {@code size} is no more than {@code most}; adds a fault where it is more. */
    public static boolean fit(int size, int most, FieldPath at, Checks checks) {
        if (size > most) {
            checks.add(FieldError.tooMany(at, size, most));
        }
        return size <= most;
    }

    /** Checks each object of {@code list}. */
    public static void each(ListValue list, int most, Check<ObjectValue> check, FieldPath at, Checks checks) {
        if (fit(list.size(), most, at, checks)) {
            for (int i = 0; i < list.size(); i++) {
                check.check(list.get(i) instanceof ObjectValue item ? item : ObjectValue.EMPTY, at.index(i), checks);
            }
        }
    }

    /** Checks each text of {@code list}. */
    public static void texts(ListValue list, int most, Check<String> check, FieldPath at, Checks checks) {
        if (fit(list.size(), most, at, checks)) {
            for (int i = 0; i < list.size(); i++) {
                check.check(list.get(i).toString(), at.index(i), checks);
            }
        }
    }

    /** Checks each object of {@code list}, and that no two have the same {@code key}. */
    public static void set(
            ListValue list,
            int most,
            Check<ObjectValue> check,
            Function<ObjectValue, String> key,
            FieldPath at,
            Checks checks) {
        if (list.size() <= most) {
            each(list, most, check, at, checks);
            unique(list, item -> item instanceof ObjectValue object ? key.apply(object) : "", at, checks);
        } else {
            fit(list.size(), most, at, checks);
        }
    }

    /** Checks each text of {@code list}, and that it is there once. */
    public static void textSet(ListValue list, int most, Check<String> check, FieldPath at, Checks checks) {
        if (fit(list.size(), most, at, checks)) {
            texts(list, most, check, at, checks);
            unique(list, Value::toString, at, checks);
        }
    }

    /** Adds a fault for each item whose {@code key} an earlier one has. */
    public static void unique(ListValue list, Function<Value, String> key, FieldPath at, Checks checks) {
        var seen = new HashSet<String>();
        for (int i = 0; i < list.size(); i++) {
            String text = key.apply(list.get(i));
            if (!seen.add(text)) {
                checks.duplicate(at.index(i), text);
            }
        }
    }

    /** Checks each key of {@code map}, at the map itself, and each value, at its key. */
    public static void map(
            ObjectValue map, int most, Check<String> keys, Check<Value> values, FieldPath at, Checks checks) {
        if (!fit(map.size(), most, at, checks)) {
            return;
        }
        for (int i = 0; i < map.size(); i++) {
            keys.check(map.name(i), at, checks);
            values.check(map.value(i), at.key(map.name(i)), checks);
        }
    }
}
