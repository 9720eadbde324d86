package dev.jarbor.api.schema;

/** How server-side apply merges a list ({@code x-kubernetes-list-type}). */
public enum ListType {
    /** Nothing is declared; merges as {@link #ATOMIC}. */
    UNDECLARED,
    /** Replaced as a whole. */
    ATOMIC,
    /** Scalars that each have an owner. */
    SET,
    /** Objects told apart by their key fields. */
    MAP
}
