package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A local copy of all objects of one kind that a list and a watch keep current. Reads are lock-free and see one
 * immutable snapshot; it may be behind the server, never inconsistent in itself, and never goes back in time for an
 * object.
 */
public interface Informer<T extends KubeObject> {
    Kind<T> kind();

    /** Whether the first list has arrived and its changes were delivered. */
    boolean synced();

    Optional<T> get(ObjectKey key);

    /** All objects, in key order. */
    List<T> list();

    /** The objects of one namespace, in name order. */
    List<T> list(String namespace);

    /** The objects for which the index {@code name} holds {@code value}, in key order. */
    List<T> by(String name, String value);

    /**
     * Adds an index over {@code values} of each object; before {@link Informers#start}. Adding it twice is harmless, so two users
     * of one kind that mean different things must give different names.
     */
    Informer<T> index(String name, Function<T, List<String>> values);

    /**
     * Calls {@code listener} for every change, one at a time and in order, after the copy shows it; a listener added
     * late hears the present objects as Added first. Listeners must be quick: hand a key to a queue and return.
     */
    Informer<T> onChange(Consumer<Change<T>> listener);
}
