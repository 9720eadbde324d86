package dev.jarbor.client;

import dev.jarbor.api.KubeObject;

/** What an informer saw happen to one object. Several changes between two looks may appear as one. */
public sealed interface Change<T extends KubeObject> {
    /** The object after the change; for a deletion its last known state. */
    T object();

    /** The object is new to the informer. */
    record Added<T extends KubeObject>(T object) implements Change<T> {}

    /** The object is another than before; {@code before} and {@code object} differ in resource version. */
    record Updated<T extends KubeObject>(T before, T object) implements Change<T> {}

    /** The object is gone. */
    record Deleted<T extends KubeObject>(T object) implements Change<T> {}
}
