package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

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
        TreePSet<ObjectKey> keys = known.entries.get(value);
        if (keys == null) {
            return List.of();
        }
        var found = new ArrayList<T>(keys.size());
        for (ObjectKey key : keys) {
            found.add(Objects.requireNonNull(objects.get(key)));
        }
        return Collections.unmodifiableList(found);
    }

    /** With {@code object}, of a key that there is none of yet. */
    LocalCopy<T> with(T object) {
        ObjectKey key = object.key();
        TreePMap<String, Index<T>> changed = indexes;
        for (var entry : indexes.entrySet()) {
            changed = changed.plus(entry.getKey(), entry.getValue().with(key, object));
        }
        return new LocalCopy<>(objects.plus(key, object), changed);
    }

    /** With {@code object} in the place of {@code before}, which is here. */
    @SuppressWarnings("ReferenceEquality") // the very same index: nothing to change
    LocalCopy<T> with(T before, T object) {
        ObjectKey key = object.key();
        TreePMap<String, Index<T>> changed = indexes;
        for (var entry : indexes.entrySet()) {
            Index<T> was = entry.getValue();
            Index<T> is = was.with(key, before, object);
            changed = is == was ? changed : changed.plus(entry.getKey(), is);
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

    /** What others may take over: without the functions of indexes, which belong to whoever asked for these. */
    KnownObjects.Held<T> held(Kind<T> kind) {
        var entries = new TreeMap<String, TreePMap<String, TreePSet<ObjectKey>>>();
        indexes.forEach((name, index) -> entries.put(name, index.entries));
        return new KnownObjects.Held<>(kind, objects, entries);
    }

    /** With {@code other} for its objects. Indexes of the same names mean the same there, and need not be made anew. */
    LocalCopy<T> with(KnownObjects.Held<T> other) {
        var changed = new LocalCopy<>(other.objects(), TreePMap.<String, Index<T>>empty());
        for (var entry : indexes.entrySet()) {
            Function<T, List<String>> values = entry.getValue().values;
            TreePMap<String, TreePSet<ObjectKey>> entries = other.indexes().get(entry.getKey());
            changed = entries == null
                    ? changed.withIndex(entry.getKey(), values)
                    : new LocalCopy<>(
                            other.objects(), changed.indexes.plus(entry.getKey(), new Index<>(values, entries)));
        }
        return changed;
    }

    /** Where to find objects by each of their {@code values}: another state of an object with the same ones changes nothing. */
    record Index<T>(Function<T, List<String>> values, TreePMap<String, TreePSet<ObjectKey>> entries) {
        Index<T> with(ObjectKey key, T object) {
            return with(key, values.apply(object));
        }

        private Index<T> with(ObjectKey key, List<String> present) {
            TreePMap<String, TreePSet<ObjectKey>> changed = entries;
            for (String value : present) {
                TreePSet<ObjectKey> there = changed.get(value);
                changed = changed.plus(value, there == null ? TreePSet.singleton(key) : there.plus(key));
            }
            return new Index<>(values, changed);
        }

        /** With {@code object} in the place of {@code before}, which mostly is where it was. */
        Index<T> with(ObjectKey key, T before, T object) {
            List<String> present = values.apply(object);
            List<String> were = values.apply(before);
            return present.equals(were) ? this : without(key, were).with(key, present);
        }

        Index<T> without(ObjectKey key, T object) {
            return without(key, values.apply(object));
        }

        private Index<T> without(ObjectKey key, List<String> left) {
            TreePMap<String, TreePSet<ObjectKey>> changed = entries;
            for (String value : left) {
                TreePSet<ObjectKey> there = changed.get(value);
                if (there != null) {
                    TreePSet<ObjectKey> rest = there.minus(key);
                    changed = rest.isEmpty() ? changed.minus(value) : changed.plus(value, rest);
                }
            }
            return new Index<>(values, changed);
        }
    }
}
