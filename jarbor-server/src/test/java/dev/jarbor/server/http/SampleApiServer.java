package dev.jarbor.server.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;

/**
 * An API server of one resource, {@code flunders} of {@code wardle.example.com/v1alpha1}, that believes who asks when the
 * front proxy says so with its certificate.
 */
final class SampleApiServer implements AutoCloseable {
    private static final String GROUP = "/apis/wardle.example.com/v1alpha1";
    private static final String FLUNDERS = GROUP + "/namespaces/default/flunders";

    private final LiveRuntime runtime = new LiveRuntime();
    private final CertificateAuthority authority = CertificateAuthority.create("wardle", runtime);
    private final HttpsServer server;
    private final Map<String, ObjectValue> flunders = new ConcurrentSkipListMap<>();

    /** Who asked for something under {@code flunders}, as {@code user groups extra}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** @param frontProxy whose certificates are believed */
    SampleApiServer(X509Certificate frontProxy) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var context = TlsContexts.of(authority.server("wardle", List.of("sample-api.default.svc")), frontProxy);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setNeedClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        server.setExecutor(task -> runtime.execute("sample API server", task));
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals(GROUP)) {
                reply(exchange, 200, """
                        {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"wardle.example.com/v1alpha1","resources":[
                         {"name":"flunders","singularName":"flunder","namespaced":true,"kind":"Flunder","shortNames":["fl"],
                          "verbs":["create","delete","get","list"]},
                         {"name":"flunders/status","namespaced":true,"kind":"Flunder","verbs":["get"]}]}
                        """);
            } else if (path.startsWith("/openapi/v3/apis/wardle.example.com/")) {
                reply(exchange, 200, "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"wardle\"}}");
            } else if (path.equals("/openapi/v2")) {
                reply(exchange, 200, """
                        {"swagger":"2.0","info":{"title":"wardle"},
                         "paths":{"/apis/wardle.example.com/v1alpha1/flunders":{"get":{"operationId":"listFlunders",
                           "responses":{"200":{"schema":{"$ref":"#/definitions/com.example.wardle.Flunder"}}}}},
                          "/apis/other.example.com/v1/things":{"get":{}}},
                         "definitions":{"com.example.wardle.Flunder":{"type":"object","properties":{
                            "metadata":{"$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}}},
                          "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta":{"type":"object","description":"another one"},
                          "com.example.wardle.Unused":{"type":"object"}}}
                        """);
            } else if (path.startsWith(FLUNDERS)) {
                asked.add(exchange.getRequestHeaders().getFirst("X-Remote-User") + " "
                        + exchange.getRequestHeaders().get("X-Remote-Group"));
                flunders(exchange, path.equals(FLUNDERS) ? "" : path.substring(FLUNDERS.length() + 1));
            } else {
                reply(exchange, 404, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":404}");
            }
        }
    }

    private void flunders(HttpExchange exchange, String name) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                ObjectValue flunder = Json.object(exchange.getRequestBody().readAllBytes());
                flunders.put(flunder.object("metadata").string("name"), flunder);
                reply(exchange, 201, Json.text(flunder));
            }
            case "DELETE" -> {
                flunders.remove(name);
                reply(exchange, 200, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}");
            }
            default -> {
                if (name.isEmpty()) {
                    ObjectValue list = ObjectValue.EMPTY
                            .with("kind", "FlunderList")
                            .with("apiVersion", "wardle.example.com/v1alpha1")
                            .with("items", ListValue.of(new ArrayList<>(flunders.values())));
                    reply(exchange, 200, Json.text(list));
                } else {
                    ObjectValue found = flunders.getOrDefault(name, ObjectValue.EMPTY);
                    reply(exchange, found.isEmpty() ? 404 : 200, Json.text(found));
                }
            }
        }
    }

    private static void reply(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    int port() {
        return server.getAddress().getPort();
    }

    String caBundle() {
        return Base64.getEncoder()
                .encodeToString(Pem.of(authority.certificate()).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        server.stop(0);
        runtime.close();
    }
}
