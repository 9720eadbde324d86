package dev.jarbor.client;

import dev.jarbor.api.value.ObjectValue;

/** One event of a watch: what happened, and the object afterwards (for DELETED: its last state). */
public record WatchEvent(Type type, ObjectValue object) {
    /** The types as the watch protocol spells them. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR
    }
}
