package dev.jarbor.api.schema;

/** How server-side apply merges an object or a map ({@code x-kubernetes-map-type}). */
public enum MapType {
    /** Nothing is declared; merges as {@link #GRANULAR}. */
    UNDECLARED,
    /** Each field has an owner. */
    GRANULAR,
    /** Replaced as a whole. */
    ATOMIC
}
