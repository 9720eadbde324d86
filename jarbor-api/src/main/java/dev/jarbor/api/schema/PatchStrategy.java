package dev.jarbor.api.schema;

/** What a strategic merge patch does with a field ({@code x-kubernetes-patch-strategy}). */
public enum PatchStrategy {
    /** Lists merge: items by merge key, scalars as a set. */
    MERGE,
    /** The patch's value stands for the whole; what happens too where nothing is declared. */
    REPLACE,
    /** Fields that the patch does not name are cleared: one of a union. */
    RETAIN_KEYS
}
