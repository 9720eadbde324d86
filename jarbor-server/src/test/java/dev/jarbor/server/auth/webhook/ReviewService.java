package dev.jarbor.server.auth.webhook;

import com.sun.net.httpserver.HttpServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** A service that answers reviews the way a test says, and remembers what it was asked. */
final class ReviewService implements AutoCloseable {
    final List<ObjectValue> asked = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;

    /** @param status of the answer, made from the spec of the question */
    ReviewService(UnaryOperator<ObjectValue> status) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        server.createContext("/review", exchange -> {
            ObjectValue review = Json.object(exchange.getRequestBody().readAllBytes());
            asked.add(review);
            byte[] answer = Json.text(review.with("status", status.apply(review.object("spec"))))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    ClientConfig config() {
        return ClientConfig.of(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/review"));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
