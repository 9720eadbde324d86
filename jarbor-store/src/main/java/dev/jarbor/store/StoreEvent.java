package dev.jarbor.store;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;

/** One change to one object. */
public sealed interface StoreEvent {
    long revision();

    ObjectKey key();

    /** The state afterwards; for a deletion the last state, with the deletion's revision as its resource version. */
    ObjectValue object();

    /** The key was new. */
    record Created(long revision, ObjectKey key, ObjectValue object) implements StoreEvent {}

    /** The key's object was replaced. */
    record Updated(long revision, ObjectKey key, ObjectValue before, ObjectValue object) implements StoreEvent {}

    /** The key is gone. */
    record Deleted(long revision, ObjectKey key, ObjectValue object) implements StoreEvent {}
}
