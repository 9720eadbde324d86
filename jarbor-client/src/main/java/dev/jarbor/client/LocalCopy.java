package dev.jarbor.client;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.pcollections.TreePMap;

/**
 * All objects of one kind at one moment, immutable, with indexes. A changed copy shares all but a few nodes with the one
 * it came from.
 */
record LocalCopy<T extends KubeObject>(TreePMap<ObjectKey, T> objects, TreePMap<String, Index<T>> indexes) {

    static <T extends KubeObject> LocalCopy<T> empty() {
        return new LocalCopy<>(TreePMap.empty(), TreePMap.empty());
    }

    Optional<T> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    List<T> list() {
        return List.copyOf(objects.values());
    }

    List<T> list(String namespace) {
        // No name sorts before "", and no namespace between this one and this one with a NUL.
        var from = new ObjectKey(namespace, "");
        var to = new ObjectKey(namespace + '\0', "");
        return List.copyOf(objects.subMap(from, true, to, false).values());
    }

    List<T> by(String index, String value) {
        Index<T> known = indexes.get(index);
        if (known == null) {
            throw new IllegalArgumentException("no index " + index + "; there are " + indexes.keySet());
        }
        TreePMap<ObjectKey, T> found = known.entries.get(value);
        return found == null ? List.of() : List.copyOf(found.values());
    }

    LocalCopy<T> with(T object) {
        ObjectKey key = object.key();
        T before = objects.get(key);
        TreePMap<String, Index<T>> changed = indexes;
        for (var entry : indexes.entrySet()) {
            Index<T> index = entry.getValue();
            changed = changed.plus(
                    entry.getKey(), before == null ? index.with(key, object) : index.with(key, before, object));
        }
        return new LocalCopy<>(objects.plus(key, object), changed);
    }

    LocalCopy<T> without(ObjectKey key) {
        T before = objects.get(key);
        if (before == null) {
            return this;
        }
        TreePMap<String, Index<T>> changed = indexes;
        for (var entry : indexes.entrySet()) {
            changed = changed.plus(entry.getKey(), entry.getValue().without(key, before));
        }
        return new LocalCopy<>(objects.minus(key), changed);
    }

    /** Adds an index over the present objects; the same copy where there is one of that name. */
    LocalCopy<T> withIndex(String name, Function<T, List<String>> values) {
        if (indexes.containsKey(name)) {
            return this;
        }
        var index = new Index<>(values, TreePMap.empty());
        for (var entry : objects.entrySet()) {
            index = index.with(entry.getKey(), entry.getValue());
        }
        return new LocalCopy<>(objects, indexes.plus(name, index));
    }

    /** The objects by each of their {@code values}. */
    record Index<T>(Function<T, List<String>> values, TreePMap<String, TreePMap<ObjectKey, T>> entries) {
        Index<T> with(ObjectKey key, T object) {
            TreePMap<String, TreePMap<ObjectKey, T>> changed = entries;
            for (String value : values.apply(object)) {
                TreePMap<ObjectKey, T> there = changed.get(value);
                changed =
                        changed.plus(value, (there == null ? TreePMap.<ObjectKey, T>empty() : there).plus(key, object));
            }
            return new Index<>(values, changed);
        }

        /** With {@code object} in the place of {@code before}, which mostly is where it was. */
        Index<T> with(ObjectKey key, T before, T object) {
            List<String> present = values.apply(object);
            List<String> left = values.apply(before).stream()
                    .filter(value -> !present.contains(value))
                    .toList();
            return without(key, left).with(key, object);
        }

        Index<T> without(ObjectKey key, T object) {
            return without(key, values.apply(object));
        }

        private Index<T> without(ObjectKey key, List<String> left) {
            TreePMap<String, TreePMap<ObjectKey, T>> changed = entries;
            for (String value : left) {
                TreePMap<ObjectKey, T> there = changed.get(value);
                if (there != null) {
                    TreePMap<ObjectKey, T> rest = there.minus(key);
                    changed = rest.isEmpty() ? changed.minus(value) : changed.plus(value, rest);
                }
            }
            return new Index<>(values, changed);
        }
    }
}
