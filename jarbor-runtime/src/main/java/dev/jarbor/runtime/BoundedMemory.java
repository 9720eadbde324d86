package dev.jarbor.runtime;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers remembered for a time, at most so many: where there is no room, the one asked for longest ago is forgotten. Safe
 * to share.
 *
 * @param <K> what was asked
 * @param <V> what was answered
 */
public final class BoundedMemory<K, V> {
    private final Runtime runtime;
    private final Map<K, Kept<V>> entries;

    private record Kept<V>(V value, long until) {}

    /** @param most how many answers are kept */
    public BoundedMemory(int most, Runtime runtime) {
        this.runtime = runtime;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Kept<V>> eldest) {
                return size() > most;
            }
        };
    }

    public synchronized Optional<V> get(K key) {
        Kept<V> found = entries.get(key);
        if (found == null) {
            return Optional.empty();
        }
        if (found.until() - runtime.nanoTime() <= 0) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.of(found.value());
    }

    /** Remembers {@code value} for {@code life}; not at all where that is not positive. */
    public synchronized void put(K key, V value, Duration life) {
        if (life.isPositive()) {
            entries.put(key, new Kept<>(value, runtime.nanoTime() + life.toNanos()));
        }
    }
}
