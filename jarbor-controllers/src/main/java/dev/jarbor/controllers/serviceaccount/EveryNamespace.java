package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.util.function.Consumer;

/** The loop of what every active namespace is furnished with: looks again when the namespace or its piece changes. */
final class EveryNamespace {
    private final Informer<Namespace> namespaces;
    private final Consumer<Namespace> furnish;
    private final Controller queue;

    EveryNamespace(String name, Informers informers, Runtime runtime, Consumer<Namespace> furnish) {
        this.furnish = furnish;
        this.namespaces = informers.of(Namespace.KIND);
        this.queue = new Controller(name, informers, runtime, 1, this::reconcile);
        namespaces.onChange(change -> queue.enqueue(change.object().key()));
    }

    /** Looks at a namespace again when the object {@code name} in it changes. */
    <T extends KubeObject> void watch(Informer<T> pieces, String name) {
        pieces.onChange(change -> {
            if (change.object().name().equals(name)) {
                queue.enqueue(ObjectKey.cluster(change.object().namespace()));
            }
        });
    }

    KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        namespaces
                .get(key)
                .filter(namespace -> !namespace.metadata().hasDeletionTimestamp())
                .filter(namespace -> !namespace.status().phase().equals("Terminating"))
                .ifPresent(furnish);
        return Outcome.DONE;
    }

    /** Creates {@code piece}, unless it is there already or its namespace is going after all. */
    static <T extends KubeObject> void create(Api api, Kind<T> kind, T piece) {
        try {
            api.create(kind, piece);
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists() && !refused.isNotFound() && !refused.isNamespaceTerminating()) {
                throw refused;
            }
        }
    }
}
