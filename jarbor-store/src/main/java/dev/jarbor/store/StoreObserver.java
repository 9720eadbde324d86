package dev.jarbor.store;

import java.time.Duration;

/** Is told of each request that a store makes of what it rests on; called by many threads. */
public interface StoreObserver {
    /**
     * @param operation what the reference calls it: get, list, create, update, delete …
     * @param resource the resource it was about, such as {@code deployments.apps}; "" for none
     */
    void requested(String operation, String resource, Duration took, boolean failed);
}
