package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.store.StoreException;

/** What clients hear when the store fails: what the reference tells of etcd. */
final class StoreFailures {
    private StoreFailures() {}

    static ApiException refusal(StoreException failed) {
        ApiException refusal = switch (failed.outcome()) {
            case TIMEOUT ->
                ApiException.timeout("request did not complete within requested timeout - context deadline exceeded");
            case UNKNOWN, NOT_DONE -> ApiException.unknown(String.valueOf(failed.getMessage()));
        };
        return new ApiException(refusal.status(), failed);
    }
}
