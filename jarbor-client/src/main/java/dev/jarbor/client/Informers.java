package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;

/** The informers of one process, shared by its components: one list and watch a kind, however many ask for it. */
public interface Informers extends AutoCloseable {
    /** The shared informer of {@code kind} over all namespaces; starts with {@link #start}, or at once after it. */
    <T extends KubeObject> Informer<T> of(Kind<T> kind);

    /** An informer over what {@code query} selects (labelSelector, fieldSelector) in {@code namespace} ("" for all). */
    <T extends KubeObject> Informer<T> of(Kind<T> kind, String namespace, Query query);

    /** Starts listing and watching, each informer retrying with back-off until closed. */
    void start();

    /** Whether every informer asked for so far is synced. */
    boolean synced();

    /** Runs {@code task} once, when every informer asked for so far is synced. */
    void whenSynced(Runnable task);

    @Override
    void close();
}
