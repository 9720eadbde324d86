package dev.jarbor.junit.fabric8;

import dev.jarbor.runtime.LiveRuntime;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gathers interceptors; proxies and TLS have no meaning without a socket. */
final class DoorHttpBuilder extends StandardHttpClientBuilder<DoorHttpClient, DoorHttpFactory, DoorHttpBuilder> {
    DoorHttpBuilder(DoorHttpFactory factory) {
        super(factory);
    }

    @Override
    @SuppressWarnings("NullAway") // the field of the base class is null until there is a client to copy
    public DoorHttpClient build() {
        return client == null
                ? new DoorHttpClient(this, clientFactory.door(), new LiveRuntime(), new AtomicBoolean())
                : client.derived(this);
    }

    @Override
    protected DoorHttpBuilder newInstance(DoorHttpFactory factory) {
        return new DoorHttpBuilder(factory);
    }
}
