package dev.jarbor.server.admission.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What was compiled, by what it was compiled from; the entry that was not used for longest goes first. */
final class Cache<K, V> {
    private static final int MOST = 500;

    private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Function<K, V> compile;

    Cache(Function<K, V> compile) {
        this.compile = compile;
    }

    synchronized V get(K source) {
        V known = entries.get(source);
        if (known != null) {
            return known;
        }
        V compiled = compile.apply(source);
        if (entries.size() >= MOST) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(source, compiled);
        return compiled;
    }
}
