package dev.jarbor.runtime.metrics;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The time series of one metric by their labels. At most {@link #MOST} are kept: what comes after that is counted in one
 * series whose labels are all {@code other}, so that no client can fill the memory with names.
 */
final class Series<T> {
    static final int MOST = 4000;
    private static final int LONGEST_VALUE = 120;

    private final List<String> names;
    private final Supplier<T> make;
    private final ConcurrentSkipListMap<String, T> all = new ConcurrentSkipListMap<>();
    /** The same by the values as they are handed in: each request counts some dozens, and writing labels costs more than that. */
    private final ConcurrentMap<List<String>, T> known = new ConcurrentHashMap<>();

    Series(List<String> names, Supplier<T> make) {
        this.names = List.copyOf(names);
        this.make = make;
        if (names.isEmpty()) {
            of(List.of()); // the one there is says that nothing has been counted yet
        }
    }

    T of(List<String> values) {
        T found = known.get(values);
        if (found != null) {
            return found;
        }
        String labels = labels(names, values);
        boolean fits = all.containsKey(labels) || all.size() < MOST;
        String key = fits ? labels : labels(names, Collections.nCopies(names.size(), "other"));
        T made = all.computeIfAbsent(key, absent -> make.get());
        if (fits && known.size() < MOST && values.stream().allMatch(value -> value.length() <= LONGEST_VALUE)) {
            known.put(List.copyOf(values), made);
        }
        return made;
    }

    Map<String, T> all() {
        return all;
    }

    /** {@code a="x",b="y"}, without braces. */
    static String labels(List<String> names, List<String> values) {
        if (names.size() != values.size()) {
            throw new IllegalArgumentException("labels " + names + " cannot be " + values);
        }
        var text = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            text.append(i == 0 ? "" : ",").append(names.get(i)).append("=\"");
            String value = values.get(i);
            escape(value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) : value, text);
            text.append('"');
        }
        return text.toString();
    }

    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
    }
}
