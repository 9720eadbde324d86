package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.PlaneSettings;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane whose access is configured by files, asked over its socket. */
class StandaloneServerTest {
    @TempDir
    private Path home;

    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text).toString();
    }

    private StandaloneServer start(String... flags) {
        var all = new TreeMap<String, List<String>>();
        all.put("secure-port", List.of("0"));
        for (String flag : flags) {
            String[] pair = flag.split("=", 2);
            all.put(pair[0], List.of(pair[1]));
        }
        var folder = new DataFolder(home.resolve("data"));
        folder.prepare();
        StandaloneServer server = StandaloneServer.start(PlaneSettings.of(OptionValues.ofFlags(all)), folder, runtime);
        server.announce();
        return server;
    }

    private HttpClient client() throws IOException {
        ObjectValue kubeconfig = (ObjectValue) Yaml.parse(Files.readString(home.resolve("data/kubeconfig")));
        String authority = kubeconfig
                .list("clusters")
                .objects()
                .getFirst()
                .object("cluster")
                .string("certificate-authority-data");
        return HttpClient.newBuilder()
                .sslContext(TlsContexts.trusting(
                        Pem.certificates(new String(Base64.getDecoder().decode(authority), StandardCharsets.UTF_8))))
                .build();
    }

    private static HttpResponse<String> get(HttpClient client, StandaloneServer server, String path, String token)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void filesSayWhoDecidesAndHowThePluginIsAndOthersAreToldWhomToBelieve() throws Exception {
        var proxies = CertificateAuthority.create("proxies", runtime);
        try (StandaloneServer server = start(
                        "token-auth-file=" + file("tokens.csv", "secret,ann,7,\"system:masters\"\nother,bob,8\n"),
                        "requestheader-client-ca-file=" + file("proxies.pem", Pem.of(proxies.certificate())),
                        "requestheader-allowed-names=front",
                        "authorization-config=" + file("authorization.yaml", """
                                apiVersion: apiserver.config.k8s.io/v1
                                kind: AuthorizationConfiguration
                                authorizers: [{type: Node, name: node}, {type: RBAC, name: rbac}]
                                """),
                        "encryption-provider-config=" + file("encryption.yaml", """
                                apiVersion: apiserver.config.k8s.io/v1
                                kind: EncryptionConfiguration
                                resources:
                                - resources: [secrets]
                                  providers:
                                  - kms: {apiVersion: v2, name: vault, timeout: 50ms, endpoint: "unix:///nowhere/kms.sock"}
                                """));
                HttpClient client = client()) {
            HttpResponse<String> published = get(
                    client,
                    server,
                    "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication",
                    "secret");
            ObjectValue data = Json.object(published.body()).object("data");

            assertThat(data.string("requestheader-client-ca-file")).isEqualTo(Pem.of(proxies.certificate()));
            assertThat(data.string("requestheader-allowed-names")).isEqualTo("[\"front\"]");
            assertThat(data.string("requestheader-username-headers")).isEqualTo("[\"X-Remote-User\"]");
            assertThat(Pem.certificates(data.string("client-ca-file"))).hasSize(1);
            assertThat(get(client, server, "/api/v1/secrets", "other").statusCode())
                    .isEqualTo(403);
            HttpResponse<String> health = get(client, server, "/healthz/kms-providers", "secret");
            assertThat(health.statusCode()).isEqualTo(500);
            assertThat(health.body())
                    .startsWith("internal server error: failed to perform status section of the healthz check for KMS"
                            + " Provider vault, error: rpc error: code = DeadlineExceeded");
            assertThat(get(client, server, "/livez?verbose", "secret").body())
                    .contains("[-]kms-providers failed: reason withheld");
        }
    }
}
