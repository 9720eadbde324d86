package dev.jarbor.junit.fabric8;

import dev.jarbor.server.http.Door;
import io.fabric8.kubernetes.client.http.HttpClient;

/** Makes HTTP clients that go through a {@link Door}. */
record DoorHttpFactory(Door door) implements HttpClient.Factory {
    @Override
    public DoorHttpBuilder newBuilder() {
        return new DoorHttpBuilder(this);
    }
}
