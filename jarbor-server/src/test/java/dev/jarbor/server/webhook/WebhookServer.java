package dev.jarbor.server.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Webhooks on the loopback: an HTTPS server whose paths answer reviews the way a test says. */
public final class WebhookServer implements AutoCloseable {
    /** Handles one request as it likes. */
    public interface Raw {
        void handle(HttpExchange exchange) throws IOException;
    }

    private final LiveRuntime runtime = new LiveRuntime();
    private final CertificateAuthority authority = CertificateAuthority.create("webhooks", runtime);
    private final HttpsServer server;
    private final Map<String, Raw> paths = new ConcurrentHashMap<>();

    /** The requests of the reviews that came in, in order. */
    public final List<ObjectValue> requests = new CopyOnWriteArrayList<>();

    /** @param names for which its certificate is, beside the loopback's */
    public WebhookServer(String... names) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException busy) {
            throw new IllegalStateException(busy);
        }
        var all = new java.util.ArrayList<>(List.of("localhost", "127.0.0.1"));
        all.addAll(List.of(names));
        server.setHttpsConfigurator(
                new HttpsConfigurator(TlsContexts.of(authority.server("webhook", all), authority.certificate())));
        server.setExecutor(task -> runtime.execute("a webhook", task));
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Raw raw = paths.get(exchange.getRequestURI().getPath());
            if (raw == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                raw.handle(exchange);
            }
        }
    }

    /** Answers at {@code path} with the response that {@code reviewed} makes of a request; uid and kind are added. */
    public WebhookServer on(String path, UnaryOperator<ObjectValue> reviewed) {
        return raw(path, exchange -> {
            ObjectValue review = Json.object(exchange.getRequestBody().readAllBytes());
            ObjectValue request = review.object("request");
            requests.add(request);
            ObjectValue response = reviewed.apply(request).with("uid", request.string("uid"));
            reply(exchange, 200, Json.text(review.without("request").with("response", response)));
        });
    }

    public WebhookServer raw(String path, Raw raw) {
        paths.put(path, raw);
        return this;
    }

    /** Sends a whole answer. */
    public static void reply(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public static ObjectValue allowed() {
        return ObjectValue.EMPTY.with("allowed", true);
    }

    public static ObjectValue denied(String message) {
        return ObjectValue.EMPTY.with("allowed", false).with("status", ObjectValue.EMPTY.with("message", message));
    }

    /** Allows with a JSON patch. */
    public static ObjectValue patched(String patch) {
        return allowed()
                .with("patchType", "JSONPatch")
                .with("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "https://localhost:" + port() + path;
    }

    public String authorityPem() {
        return Pem.of(authority.certificate());
    }

    /** The {@code clientConfig} of a webhook at {@code path}. */
    public ObjectValue clientConfig(String path) {
        return ObjectValue.EMPTY
                .with("url", url(path))
                .with(
                        "caBundle",
                        Base64.getEncoder().encodeToString(authorityPem().getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() {
        server.stop(0);
        runtime.close();
    }
}
