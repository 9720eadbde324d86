package dev.jarbor.cel.value;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map to which entries are added one by one, each step a map of its own. The steps share one table, of which each sees
 * the entries that were there when it was made; so collecting n entries costs n steps.
 */
public final class GrowingMap extends AbstractMap<Object, Object> {
    private final Map<Object, Numbered> shared;
    private final int size;

    private record Numbered(int number, Object value) {}

    private GrowingMap(Map<Object, Numbered> shared, int size) {
        this.shared = shared;
        this.size = size;
    }

    public static GrowingMap of(Map<?, ?> map) {
        if (map instanceof GrowingMap growing && growing.size == growing.shared.size()) {
            return growing;
        }
        var copy = new LinkedHashMap<Object, Numbered>();
        map.forEach((key, value) -> copy.put(Equality.key(key), new Numbered(copy.size(), value)));
        return new GrowingMap(copy, copy.size());
    }

    /** This and one entry more; fails where there is one of that key. */
    public GrowingMap with(Object key, Object value) {
        if (size != shared.size()) {
            return of(Map.copyOf(this)).with(key, value);
        }
        if (shared.putIfAbsent(Equality.key(key), new Numbered(size, value)) != null) {
            throw new CelException("insert failed: key " + Texts.of(key) + " already exists");
        }
        return new GrowingMap(shared, size + 1);
    }

    @Override
    public @Nullable Object get(Object key) {
        Numbered found = shared.get(key);
        return found == null || found.number >= size ? null : found.value;
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Map.Entry<Object, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<Object, Object>> iterator() {
                return shared.entrySet().stream()
                        .limit(size)
                        .map(entry -> Map.entry(entry.getKey(), entry.getValue().value))
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }
}
