package dev.jarbor.api;

/** Names one object of a known kind: its namespace ("" for cluster-scoped kinds) and its name. */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
    /** A key of a cluster-scoped object. */
    public static ObjectKey cluster(String name) {
        return new ObjectKey("", name);
    }

    @Override
    @SuppressWarnings({"ReferenceEquality", "StringEquality"
    }) // most namespaces are the very same text: nothing to read
    public int compareTo(ObjectKey other) {
        int order = namespace == other.namespace ? 0 : namespace.compareTo(other.namespace);
        return order == 0 ? name.compareTo(other.name) : order;
    }

    /** {@code namespace/name}, or just the name, as the reference prints keys. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
