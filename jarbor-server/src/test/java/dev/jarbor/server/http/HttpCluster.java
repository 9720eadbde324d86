package dev.jarbor.server.http;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.aggregation.FrontProxy;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.TlsContexts;
import dev.jarbor.store.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** A real server on a real socket, with clients that are the administrator, a token's user, or nobody. */
final class HttpCluster implements AutoCloseable {
    static final String TOKEN = "secret-token";

    final FakeNode node = new FakeNode();
    final LiveRuntime runtime = new LiveRuntime();
    final CertificateAuthority frontProxy = CertificateAuthority.create("front-proxy", runtime);
    final ApiServer server;
    final HttpFace face;
    final X509Certificate authority;
    final SSLContext adminTls;
    final HttpClient admin;
    final HttpClient nobody;

    HttpCluster() {
        this(ServerSettings.DEFAULT);
    }

    HttpCluster(ServerSettings settings) {
        this(settings, UnaryOperator.identity());
    }

    /** @param served changes how the API is served */
    HttpCluster(ServerSettings settings, UnaryOperator<HttpSettings> served) {
        CertificateAuthority signer = CertificateAuthority.create("test", runtime);
        authority = signer.certificate();
        server = new ApiServer(
                new MemoryStore(),
                runtime,
                settings.withAuthentication(settings.authentication()
                        .withStaticToken(TOKEN, User.of("reader", User.AUTHENTICATED))
                        .withClientAuthorities(() -> List.of(authority))),
                name -> Optional.of(node),
                FrontProxy.presenting(() -> frontProxy.client("front-proxy-client", List.of())));
        server.start();
        SSLContext tls = TlsContexts.server(
                signer.server("kube-apiserver", List.of("localhost", "127.0.0.1")), List.of(), List.of(authority));
        face = HttpFace.start(
                server,
                name -> Optional.of(node),
                served.apply(HttpSettings.of(InetAddress.getLoopbackAddress(), 0, tls)));
        adminTls = TlsContexts.of(signer.client("kubernetes-admin", List.of("system:masters")), authority);
        admin = HttpClient.newBuilder().sslContext(adminTls).build();
        nobody = HttpClient.newBuilder()
                .sslContext(TlsContexts.trusting(List.of(authority)))
                .build();
    }

    URI uri(String path) {
        return URI.create("https://localhost:" + face.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Accept", "application/json");
    }

    HttpResponse<String> get(String path) {
        return send(admin, request(path));
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                admin,
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    static ObjectValue json(HttpResponse<String> response) {
        return Json.object(response.body());
    }

    /** A pod with containers {@code a} and {@code b} on a node, running. */
    void runningPod(String name) {
        post("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        post("/api/v1/namespaces/default/pods", """
                {"metadata":{"name":"%s"},"spec":{"nodeName":"n1","containers":[
                  {"name":"a","image":"i"},{"name":"b","image":"i"},{"name":"broken","image":"i"}]}}
                """.formatted(name));
        send(
                admin,
                request("/api/v1/namespaces/default/pods/" + name + "/status")
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString("""
                                        {"status":{"phase":"Running","containerStatuses":[
                                          {"name":"a","image":"","imageID":"","ready":true,"restartCount":0,"state":{"running":{}}},
                                          {"name":"b","image":"","imageID":"","ready":false,"restartCount":0,
                                           "state":{"waiting":{"reason":"ContainerCreating"}}},
                                          {"name":"broken","image":"","imageID":"","ready":true,"restartCount":0,"state":{"running":{}}}]}}
                                        """)));
    }

    @Override
    public void close() {
        admin.close();
        nobody.close();
        face.close();
        server.close();
        runtime.close();
    }
}
