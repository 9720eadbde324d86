package dev.jarbor.cel.value;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.type.DeclaredType;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API object or map as expressions see it; values are made when they are asked for. Fields of objects are looked up by
 * their escaped names, entries of maps by their keys.
 */
final class MapView extends AbstractMap<Object, Object> {
    private final ObjectValue source;
    private final DeclaredType type;

    MapView(ObjectValue source, DeclaredType type) {
        this.source = source;
        this.type = type;
    }

    @Override
    public @Nullable Object get(Object key) {
        if (!(key instanceof String name)) {
            return null;
        }
        String own = type.escapedNames().getOrDefault(name, name);
        return source.get(own).map(value -> view(own, value)).orElse(null);
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public Set<Map.Entry<Object, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<Object, Object>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < source.size();
                    }

                    @Override
                    public Map.Entry<Object, Object> next() {
                        String name = source.name(next);
                        return Map.entry(name, view(name, source.value(next++)));
                    }
                };
            }

            @Override
            public int size() {
                return source.size();
            }
        };
    }

    private Object view(String name, Value value) {
        return switch (type.kind()) {
            case OBJECT -> Values.of(value, type.fields().getOrDefault(name, DeclaredType.DYN));
            case MAP -> Values.of(value, type.element().orElse(DeclaredType.DYN));
            default -> Values.of(value, DeclaredType.DYN);
        };
    }
}
