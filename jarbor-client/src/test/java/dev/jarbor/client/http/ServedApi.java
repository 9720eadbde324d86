package dev.jarbor.client.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

/** An API on a port of this machine, as much of it as the client's tests need, and what clients sent to it. */
final class ServedApi implements AutoCloseable {
    /** Answers instead of the API; empty to let it through. */
    interface Interception {
        boolean answered(HttpExchange exchange) throws IOException;
    }

    private static final WatchEvent END = new WatchEvent(WatchEvent.Type.BOOKMARK, ObjectValue.EMPTY);

    private final Api api;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
    private final List<String> subjects = new CopyOnWriteArrayList<>();
    private volatile Interception interception = exchange -> false;

    private ServedApi(Api api, HttpServer server) {
        this.api = api;
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static ServedApi plain(Api api) throws IOException {
        return new ServedApi(api, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    /** With TLS, asking for a client certificate. */
    static ServedApi secure(Api api, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        return new ServedApi(api, server);
    }

    URI url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort());
    }

    void intercept(Interception next) {
        interception = next;
    }

    /** The headers of each request so far. */
    List<Map<String, List<String>>> headers() {
        return headers;
    }

    /** The subject of each request's client certificate, "" without one. */
    List<String> subjects() {
        return subjects;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        subjects.add(subject(exchange));
        try (exchange) {
            if (!interception.answered(exchange)) {
                carryOut(exchange);
            }
        }
    }

    private void carryOut(HttpExchange exchange) throws IOException {
        try {
            ApiRequest request = request(exchange);
            if (request.verb() == Verb.WATCH) {
                stream(exchange, request);
            } else {
                answer(exchange, api.call(request));
            }
        } catch (ApiException refused) {
            answer(
                    exchange,
                    refused.status().code(),
                    Json.bytes(refused.status().value()));
        }
    }

    private static void answer(HttpExchange exchange, ObjectValue body) throws IOException {
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        if (!"gzip".equals(accepted)) {
            answer(exchange, 200, Json.bytes(body));
            return;
        }
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
            Json.write(body, out);
        }
    }

    private void stream(HttpExchange exchange, ApiRequest request) throws IOException {
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        Watch watch = api.watch(request, new WatchListener() {
            @Override
            public void event(WatchEvent event) {
                events.add(event);
            }

            @Override
            public void closed() {
                events.add(END);
            }
        });
        try (watch) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            for (WatchEvent event = events.take(); !event.equals(END); event = events.take()) {
                ObjectValue frame =
                        ObjectValue.EMPTY.with("type", event.type().name()).with("object", event.object());
                exchange.getResponseBody().write((Json.text(frame) + "\n").getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static String subject(HttpExchange exchange) {
        try {
            return exchange instanceof HttpsExchange secure
                    ? secure.getSSLSession().getPeerPrincipal().getName()
                    : "";
        } catch (SSLPeerUnverifiedException anonymous) {
            return "";
        }
    }

    private static ApiRequest request(HttpExchange exchange) throws IOException {
        ResourcePath path = path(exchange.getRequestURI().getRawPath());
        Query query = query(exchange.getRequestURI().getRawQuery());
        byte[] body = exchange.getRequestBody().readAllBytes();
        Value value = body.length == 0 ? ObjectValue.EMPTY : Json.parse(body);
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        PatchType patch = Arrays.stream(PatchType.values())
                .filter(known -> known.mediaType().equals(type))
                .findFirst()
                .orElse(PatchType.MERGE);
        Verb verb = switch (exchange.getRequestMethod()) {
            case "GET" ->
                query.bool("watch")
                        ? Verb.WATCH
                        : path.name().isEmpty() && !path.isOfResources() ? Verb.LIST : Verb.GET;
            case "POST" -> Verb.CREATE;
            case "PUT" -> Verb.UPDATE;
            case "PATCH" -> Verb.PATCH;
            default -> path.name().isEmpty() ? Verb.DELETECOLLECTION : Verb.DELETE;
        };
        return new ApiRequest(verb, path, query, value, patch);
    }

    private static ResourcePath path(String raw) {
        var parts = new ArrayList<>(Arrays.stream(raw.substring(1).split("/", -1))
                .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList());
        String group = parts.removeFirst().equals("api") ? "" : parts.removeFirst();
        String version = parts.removeFirst();
        if (parts.isEmpty()) {
            return ResourcePath.ofResources(group, version);
        }
        String namespace = "";
        if (parts.getFirst().equals("namespaces") && parts.size() > 2) {
            parts.removeFirst();
            namespace = parts.removeFirst();
        }
        String plural = parts.removeFirst();
        String name = parts.isEmpty() ? "" : parts.removeFirst();
        return new ResourcePath(group, version, plural, namespace, name, String.join("/", parts));
    }

    private static Query query(String raw) {
        Query query = Query.NONE;
        if (raw == null) {
            return query;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            query = query.with(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }
}
