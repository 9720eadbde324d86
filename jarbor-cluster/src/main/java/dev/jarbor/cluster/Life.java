package dev.jarbor.cluster;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;

/**
 * One life of a cluster's own control loops, as that of a process would be: when it has ended, what was still under way asks
 * for nothing any more. Loops that came after it decide without knowing of that.
 */
final class Life {
    private volatile boolean over;

    void end() {
        over = true;
    }

    /** {@code api} for as long as this lasts. */
    Api of(Api api) {
        return new Api() {
            @Override
            public ObjectValue call(ApiRequest request) {
                check();
                return api.call(request);
            }

            @Override
            public Watch watch(ApiRequest request, WatchListener listener) {
                check();
                return api.watch(request, listener);
            }
        };
    }

    private void check() {
        if (over) {
            throw ApiException.serviceUnavailable("whoever asks has ended");
        }
    }
}
