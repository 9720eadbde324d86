package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The local copy of one kind and who listens to it. Readers take the current {@link LocalCopy} and hold no lock. What
 * changes it, and the listeners that are told of it, take {@link Turns}: so changes reach each listener in the order in
 * which the copy took them, and always after the copy shows them.
 */
final class SharedInformer<T extends KubeObject> implements Informer<T> {
    private final Kind<T> kind;
    private final Turns turns;
    private final Runtime runtime;
    private final AtomicReference<LocalCopy<T>> copy = new AtomicReference<>(LocalCopy.empty());
    /** Owned by whoever has the turn. */
    private final List<Consumer<Change<T>>> listeners = new ArrayList<>();

    private volatile boolean synced;

    SharedInformer(Kind<T> kind, Runtime runtime, Turns turns) {
        this.kind = kind;
        this.runtime = runtime;
        this.turns = turns;
    }

    @Override
    public Kind<T> kind() {
        return kind;
    }

    @Override
    public boolean synced() {
        return synced;
    }

    @Override
    public Optional<T> get(ObjectKey key) {
        return copy.get().get(key);
    }

    @Override
    public List<T> list() {
        return copy.get().list();
    }

    @Override
    public List<T> list(String namespace) {
        return copy.get().list(namespace);
    }

    @Override
    public List<T> by(String name, String value) {
        return copy.get().by(name, value);
    }

    @Override
    public Informer<T> index(String name, Function<T, List<String>> values) {
        copy.updateAndGet(present -> present.withIndex(name, values));
        return this;
    }

    @Override
    public Informer<T> onChange(Consumer<Change<T>> listener) {
        turns.take(() -> {
            copy.get().list().forEach(object -> tell(listener, new Change.Added<>(object)));
            listeners.add(listener);
        });
        return this;
    }

    KnownObjects.Held<T> held() {
        return copy.get().held(kind);
    }

    /** The kind holds exactly what {@code other} does, in which nothing has been told here before. Within a turn. */
    void begin(KnownObjects.Held<T> other) {
        copy.updateAndGet(present -> present.with(other));
        for (T object : other.objects().values()) {
            var added = new Change.Added<>(object);
            listeners.forEach(listener -> tell(listener, added));
        }
        synced = true;
    }

    /** The kind holds exactly {@code objects} now. Within a turn, as are the others below. */
    void replace(List<T> objects) {
        var changes = new ArrayList<Change<T>>();
        var present = new TreeMap<ObjectKey, T>();
        objects.forEach(object -> present.put(object.key(), object));
        LocalCopy<T> before = copy.get();
        before.objects().forEach((key, object) -> {
            if (!present.containsKey(key)) {
                changes.add(new Change.Deleted<>(object));
            }
        });
        present.values().forEach(object -> compare(before.get(object.key()), object, changes));
        take(changes);
        synced = true;
    }

    /** {@code object} is there, new or changed. */
    void put(T object) {
        var changes = new ArrayList<Change<T>>(1);
        compare(get(object.key()), object, changes);
        take(changes);
    }

    /** {@code last} was the last state of an object that is gone. */
    void remove(T last) {
        if (get(last.key()).isPresent()) {
            take(List.of(new Change.Deleted<>(last)));
        }
    }

    private static <T extends KubeObject> void compare(Optional<T> before, T object, List<Change<T>> changes) {
        if (before.isEmpty()) {
            changes.add(new Change.Added<>(object));
            return;
        }
        ObjectIdentity was = ObjectIdentity.of(before.get());
        ObjectIdentity is = ObjectIdentity.of(object);
        if (was.equals(is)) {
            return;
        }
        if (was.uid().equals(is.uid())) {
            changes.add(new Change.Updated<>(before.get(), object));
        } else {
            // Deleted and made anew while nobody watched: two different objects of one name.
            changes.add(new Change.Deleted<>(before.get()));
            changes.add(new Change.Added<>(object));
        }
    }

    private void take(List<Change<T>> changes) {
        if (changes.isEmpty()) {
            return;
        }
        copy.updateAndGet(present -> {
            LocalCopy<T> changed = present;
            for (Change<T> change : changes) {
                changed = switch (change) {
                    case Change.Added<T> added -> changed.with(added.object());
                    case Change.Updated<T>(T before, T after) -> changed.with(before, after);
                    case Change.Deleted<T> deleted ->
                        changed.without(deleted.object().key());
                };
            }
            return changed;
        });
        for (Change<T> change : changes) {
            listeners.forEach(listener -> tell(listener, change));
        }
    }

    /** A listener that fails is reported as a failed task; the others still hear of the change. */
    private void tell(Consumer<Change<T>> listener, Change<T> change) {
        try {
            listener.accept(change);
        } catch (RuntimeException failure) {
            runtime.execute("informer listener " + kind.plural(), () -> {
                throw failure;
            });
        }
    }

    private record ObjectIdentity(String uid, String version) {
        static ObjectIdentity of(KubeObject object) {
            var metadata = object.value().object("metadata");
            return new ObjectIdentity(metadata.string("uid"), metadata.string("resourceVersion"));
        }
    }
}
