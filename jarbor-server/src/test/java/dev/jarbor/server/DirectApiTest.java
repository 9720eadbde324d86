package dev.jarbor.server;

import dev.jarbor.client.Api;
import dev.jarbor.client.ApiContract;
import dev.jarbor.server.auth.User;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;

/** The server keeps what every Api promises. */
class DirectApiTest extends ApiContract {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final TestServer cluster = new TestServer();
    private final Api api = cluster.server.as(User.ADMIN);

    DirectApiTest() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    }

    @Override
    protected Api api() {
        return api;
    }

    @Override
    protected String next(BlockingQueue<String> events) {
        if (!cluster.runtime.runUntil(() -> !events.isEmpty(), LIMIT)) {
            throw new AssertionError("no event came within " + LIMIT);
        }
        return events.remove();
    }
}
