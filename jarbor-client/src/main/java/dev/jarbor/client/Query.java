package dev.jarbor.client;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The options of a request by their Kubernetes names ({@code labelSelector}, {@code resourceVersion}, {@code dryRun} …):
 * what stands behind the question mark of a URL, and the same thing for a call within the process. What is absent reads
 * as "", 0 or false.
 */
public record Query(SortedMap<String, String> parameters) {
    public static final Query NONE = new Query(new TreeMap<>());

    public Query {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    public Query with(String name, String value) {
        var changed = new TreeMap<>(parameters);
        changed.put(name, value);
        return new Query(changed);
    }

    public Query with(String name, long value) {
        return with(name, Long.toString(value));
    }

    public Query with(String name, boolean value) {
        return with(name, Boolean.toString(value));
    }

    /** Only objects whose labels match, such as {@code app=web,tier!=db}. */
    public static Query labels(String selector) {
        return NONE.with("labelSelector", selector);
    }

    /** Only objects whose fields match, such as {@code spec.nodeName=node-1}. */
    public static Query fields(String selector) {
        return NONE.with("fieldSelector", selector);
    }

    public boolean isEmpty() {
        return parameters.isEmpty();
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    public String string(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Whatever stands after the name is true but {@code false} and {@code 0}, as the reference reads booleans. */
    public boolean bool(String name) {
        String value = parameters.get(name);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }
}
