package dev.jarbor.cluster;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
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
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import dev.jarbor.store.MemoryStore;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An API server behind another one, with a store of its own, that serves {@code flunders} of {@code wardle.example.com/v1}. It
 * believes whom that one names, as every aggregated server does.
 */
final class ServerBehind implements AutoCloseable {
    private final CertificateAuthority authority;
    private final ApiServer server;
    private final HttpFace face;

    /** @param frontProxies whose certificates are believed */
    ServerBehind(LiveRuntime runtime, List<X509Certificate> frontProxies) {
        authority = CertificateAuthority.create("wardle", runtime);
        ServerSettings settings = ServerSettings.DEFAULT;
        server = new ApiServer(
                new MemoryStore(),
                runtime,
                settings.withAuthentication(
                        settings.authentication().withRequestHeaders(ExtensionServers.ownProxy(frontProxies))));
        server.start();
        face = HttpFace.start(
                server,
                name -> Optional.empty(),
                HttpSettings.of(
                        InetAddress.getLoopbackAddress(),
                        0,
                        TlsContexts.server(
                                authority.server("wardle", List.of("behind.default.svc")), List.of(), frontProxies)));
        create(new ResourcePath("apiextensions.k8s.io", "v1", "customresourcedefinitions", "", "", ""), """
                metadata: {name: flunders.wardle.example.com}
                spec:
                  group: wardle.example.com
                  scope: Namespaced
                  names: {plural: flunders, singular: flunder, kind: Flunder}
                  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
                """);
    }

    /** As an administrator of that server alone would. */
    Api api() {
        return server.as(User.ADMIN);
    }

    void create(ResourcePath path, String yaml) {
        ObjectValue object = SimulatedControlPlane.yaml(yaml);
        api().call(ApiRequest.of(Verb.CREATE, path, Query.NONE, object));
    }

    int port() {
        return face.port();
    }

    String caBundle() {
        return Base64.getEncoder()
                .encodeToString(Pem.of(authority.certificate()).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        face.close();
        server.close();
    }
}
