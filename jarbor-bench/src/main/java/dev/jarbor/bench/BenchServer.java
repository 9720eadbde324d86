package dev.jarbor.bench;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.http.HttpFace;
import dev.jarbor.server.http.HttpSettings;
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
import javax.net.ssl.SSLContext;

/** An API server behind TLS, and clients that are its administrator. */
final class BenchServer implements AutoCloseable {
    final LiveRuntime runtime = new LiveRuntime();
    final ApiServer server;
    private final HttpFace face;
    private final SSLContext tls;

    BenchServer() {
        var signer = CertificateAuthority.create("bench", runtime);
        X509Certificate authority = signer.certificate();
        ServerSettings settings = ServerSettings.DEFAULT;
        server = new ApiServer(
                new MemoryStore(),
                runtime,
                settings.withAuthentication(settings.authentication().withClientAuthorities(() -> List.of(authority))));
        server.start();
        SSLContext own = TlsContexts.server(
                signer.server("kube-apiserver", List.of("localhost", "127.0.0.1")), List.of(), List.of(authority));
        tls = TlsContexts.of(signer.client("kubernetes-admin", List.of("system:masters")), authority);
        face = HttpFace.start(
                server, name -> Optional.empty(), HttpSettings.of(InetAddress.getLoopbackAddress(), 0, own));
        create("serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    }

    HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().sslContext(tls).version(version).build();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + face.port() + path))
                .header("Accept", "application/json");
    }

    /** Creates an object in the default namespace without going through a socket. */
    ObjectValue create(String plural, String json) {
        return server.handle(
                        User.ADMIN,
                        ApiRequest.of(
                                Verb.CREATE,
                                new ResourcePath("", "v1", plural, "default", "", ""),
                                Query.NONE,
                                Json.parse(json)))
                .body();
    }

    /** Creates a pod as a controller makes it. */
    ObjectValue createPod(int number) {
        return create("pods", """
            {"metadata":{"name":"%s","namespace":"default","labels":{"app":"web","pod-template-hash":"5d9c7b8f6"},
              "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-5d9c7b8f6",
                "uid":"6d2f1c1e-7f0a-4a51-b6a3-2f6a3c1f4a10","controller":true,"blockOwnerDeletion":true}]},
             "spec":{"nodeName":"node-%d","containers":[{"name":"web","image":"registry.example.com/shop/web:1.27.3",
               "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],
               "env":[{"name":"DATABASE","value":"postgres://db.shop.svc:5432/shop"},{"name":"LEVEL","value":"info"}],
               "resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},
               "readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5}}]}}
            """.formatted("web-5d9c7b8f6-" + number, number % 100));
    }

    static byte[] send(HttpClient client, HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 400) {
                throw new IllegalStateException(answer.statusCode() + " for " + answer.uri());
            }
            return answer.body();
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Override
    public void close() {
        face.close();
        server.close();
        runtime.close();
    }
}
