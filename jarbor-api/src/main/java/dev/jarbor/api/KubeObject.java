package dev.jarbor.api;

import dev.jarbor.api.meta.v1.ObjectMeta;

/** A view of a whole Kubernetes object: something with a kind and metadata. */
public interface KubeObject extends View {
    default String apiVersion() {
        return value().string("apiVersion");
    }

    default String kind() {
        return value().string("kind");
    }

    default ObjectMeta metadata() {
        return new ObjectMeta(value().object("metadata"));
    }

    default String name() {
        return metadata().name();
    }

    /** The namespace, or "" for cluster-scoped objects. */
    default String namespace() {
        return metadata().namespace();
    }

    default ObjectKey key() {
        return new ObjectKey(namespace(), name());
    }
}
