package dev.jarbor.controllers.common;

import dev.jarbor.api.status.ApiException;

/** Writes to what may have gone since it was looked at: nothing is missing then, and no failure is to be told. */
public final class IfThere {
    private IfThere() {}

    /**
     * Does {@code write}.
     *
     * @throws ApiException where it is refused for any other reason than that the object is not there
     */
    public static void write(Runnable write) {
        try {
            write.run();
        } catch (ApiException refused) {
            if (!refused.isNotFound()) {
                throw refused;
            }
        }
    }
}
