package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.TlsContexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The proxy subresources of pods, services and nodes, to servers behind a node that forwards ports to the loopback. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyHttpTest {
    private static final String PODS = "/api/v1/namespaces/default/pods/";
    private static final String SERVICES = "/api/v1/namespaces/default/services/";

    private HttpCluster cluster;
    private HttpClient old;
    private Backend backend;
    private Backend secure;

    @BeforeAll
    void start() throws IOException {
        cluster = new HttpCluster();
        old = HttpClient.newBuilder()
                .sslContext(cluster.adminTls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        backend = new Backend(null);
        CertificateAuthority stranger = CertificateAuthority.create("stranger", cluster.runtime);
        secure = new Backend(TlsContexts.of(stranger.server("x", List.of("x")), stranger.certificate()));
        cluster.runningPod("p");
        send(
                cluster.admin,
                cluster.request(PODS + "p/status")
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", BodyPublishers.ofString("{\"status\":{\"podIP\":\"10.1.2.3\"}}")));
        cluster.post("/api/v1/namespaces/default/services", """
                {"metadata":{"name":"s"},"spec":{"ports":[{"name":"web","port":80},{"name":"tls","port":443}]}}
                """);
        cluster.post("/api/v1/namespaces/default/services", """
                {"metadata":{"name":"nobody"},"spec":{"ports":[{"port":80}]}}
                """);
        cluster.post("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """
                {"metadata":{"name":"s","labels":{"kubernetes.io/service-name":"s"}},"addressType":"IPv4",
                 "ports":[{"name":"web","port":%d,"protocol":"TCP"},{"name":"tls","port":%d,"protocol":"TCP"}],
                 "endpoints":[{"addresses":["10.9.9.9"],"conditions":{"ready":false}},
                  {"addresses":["10.1.2.3"],"targetRef":{"kind":"Pod","name":"p","namespace":"default"}}]}
                """.formatted(
                        backend.port(), secure.port()));
    }

    @AfterAll
    void stop() {
        old.close();
        backend.close();
        secure.close();
        cluster.close();
    }

    private String pod(String rest) {
        return PODS + "p:" + backend.port() + "/proxy" + rest;
    }

    @Test
    void pathQueryAndHeadersArePassedOnAsTheyCame() {
        HttpResponse<String> answer = send(
                cluster.admin,
                cluster.request(pod("/echo/a%20b/?x=y&x=z%2F"))
                        .header("X-Custom", "one")
                        .header("X-Forwarded-For", "10.9.8.7")
                        .header("Impersonate-User", "kubernetes-admin")
                        .header("Impersonate-Group", "system:masters"));
        assertThat(answer.body())
                .startsWith("GET /echo/a%20b/?x=y&x=z%2F\n")
                .contains("X-custom=[one]\n")
                .contains("X-forwarded-uri=[" + pod("/echo/a%20b/") + "]\n")
                .contains("X-forwarded-for=[10.9.8.7, 127.0.0.1]\n")
                .doesNotContain("Impersonate", "masters", "kubernetes-admin");
        assertThat(answer.headers().firstValue("X-Backend")).contains("yes");
    }

    @Test
    void everyMethodIsPassedOnWithItsBody() {
        for (HttpClient client : List.of(cluster.admin, old)) {
            for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
                HttpResponse<String> answer = send(
                        client,
                        cluster.request(pod("/echo")).method(method, BodyPublishers.ofString("x".repeat(100_000))));
                assertThat(answer.body()).startsWith(method + " /echo\n").endsWith("body of 100000\n");
            }
            HttpRequest.Builder head = cluster.request(pod("/echo")).method("HEAD", BodyPublishers.noBody());
            assertThat(send(client, head).headers().firstValue("X-Backend")).contains("yes");
        }
    }

    @Test
    void answersComeBackAsTheyAre() throws IOException, InterruptedException {
        HttpResponse<String> teapot = cluster.get(pod("/teapot"));
        assertThat(teapot.statusCode()).isEqualTo(418);
        assertThat(teapot.body()).isEqualTo("short and stout");
        for (HttpClient client : List.of(cluster.admin, old)) {
            byte[] big = client.send(cluster.request(pod("/big")).build(), BodyHandlers.ofByteArray())
                    .body();
            assertThat(big).hasSize(2 * 1024 * 1024);
        }
    }

    @Test
    void theBareNameOfTheProxyIsADirectory() {
        HttpResponse<String> answer = cluster.get(pod("?x=y"));
        assertThat(answer.statusCode()).isEqualTo(301);
        assertThat(answer.headers().firstValue("Location")).contains(pod("/?x=y"));
    }

    @Test
    void redirectsAndPagesLeadBackThroughTheProxy() {
        HttpResponse<String> moved = cluster.get(pod("/moved"));
        assertThat(moved.statusCode()).isEqualTo(302);
        assertThat(moved.headers().firstValue("Location")).contains(pod("/to/there?x=y"));
        assertThat(cluster.get(pod("/html")).body()).isEqualTo("""
                <html><!-- <a href="/no"> --><a class=x href="%s/a?b=c&amp;d=e">a</a><img src='rel.png'>
                <a href="https://elsewhere.example.com/a">b</a><script>var s = "<a href='/s'>";</script></html>
                """.formatted(pod("")));
    }

    @Test
    void aServiceIsProxiedByTheNameOrNumberOfItsPort() {
        for (String name : List.of("s:web", "s:80", "http:s:web")) {
            assertThat(cluster.get(SERVICES + name + "/proxy/echo").body()).startsWith("GET /echo\n");
        }
        assertThat(cluster.get(SERVICES + "https:s:tls/proxy/echo").body()).startsWith("GET /echo\n");
        assertThat(cluster.get(SERVICES + "https:s:443/proxy/echo").body()).startsWith("GET /echo\n");
    }

    @Test
    void aPodSpeaksTlsWhereTheUrlSaysSo() {
        assertThat(cluster.get(PODS + "https:p:" + secure.port() + "/proxy/echo")
                        .body())
                .startsWith("GET /echo\n");
    }

    private String message(String path, int code) {
        HttpResponse<String> answer = cluster.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        return json(answer).string("message");
    }

    @Test
    void whatCannotBeReachedIsSaid() {
        assertThat(message(SERVICES + "nobody/proxy/", 503)).isEqualTo("no endpoints available for service \"nobody\"");
        assertThat(message(SERVICES + "s:81/proxy/", 503)).isEqualTo("no service port 81 found for service \"s\"");
        assertThat(message(SERVICES + "none/proxy/", 404)).isEqualTo("services \"none\" not found");
        assertThat(message(PODS + "none/proxy/", 404)).isEqualTo("pods \"none\" not found");
        assertThat(message(PODS + "ftp:p:80/proxy/", 400)).isEqualTo("invalid pod request \"ftp:p:80\"");
        assertThat(message(PODS + "p:81/proxy/", 503)).startsWith("error trying to reach service: ");
        assertThat(message("/api/v1/nodes/none/proxy/", 404)).isEqualTo("nodes \"none\" not found");
    }

    @Test
    void aNodeIsReachedAtItsAddress() {
        cluster.post("/api/v1/nodes", """
                {"metadata":{"name":"n1"},"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}]}}
                """);
        send(
                cluster.admin,
                cluster.request("/api/v1/nodes/n1/status")
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", BodyPublishers.ofString("""
                                {"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}]}}
                                """)));
        String node = "/api/v1/nodes/n1:" + backend.port() + "/proxy/echo";
        assertThat(cluster.get(node).body()).startsWith("GET /echo\n");
    }

    @Test
    void eachMethodNeedsTheVerbOfItsOwn() {
        var verbs = List.of("GET get", "POST create", "PUT update", "PATCH patch", "DELETE delete");
        for (String pair : verbs) {
            String[] words = pair.split(" ", -1);
            HttpResponse<String> answer = send(
                    cluster.nobody,
                    cluster.request(pod("/echo"))
                            .header("Authorization", "Bearer " + HttpCluster.TOKEN)
                            .method(words[0], BodyPublishers.noBody()));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(json(answer).string("message"))
                    .contains("User \"reader\" cannot " + words[1] + " resource \"pods/proxy\" in API group \"\"");
        }
    }

    @Test
    void anUpgradedConnectionCarriesWhateverBothSidesSay() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            cluster.runtime.execute("upgrading backend", () -> echoUpgraded(listener));
            try (Socket socket = cluster.adminTls.getSocketFactory().createSocket("localhost", cluster.face.port())) {
                OutputStream output = socket.getOutputStream();
                output.write(("GET " + PODS + "p:" + listener.getLocalPort() + "/proxy/ws HTTP/1.1\r\n"
                                + "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                output.flush();
                var input =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                assertThat(input.readLine()).isEqualTo("HTTP/1.1 101 Switching Protocols");
                var head = new StringBuilder();
                for (String line = input.readLine(); !line.isEmpty(); line = input.readLine()) {
                    head.append(line).append('\n');
                }
                assertThat(head.toString()).contains("X-Path: /ws\n");
                output.write("hello\n".getBytes(StandardCharsets.US_ASCII));
                output.flush();
                assertThat(input.readLine()).isEqualTo("heard hello");
            }
        }
    }

    private static void echoUpgraded(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            var input = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String path = input.readLine().split(" ", -1)[1];
            String line = path;
            while (!line.isEmpty()) {
                line = input.readLine();
            }
            OutputStream output = socket.getOutputStream();
            output.write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Path: "
                            + path + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            output.flush();
            output.write(("heard " + input.readLine() + "\n").getBytes(StandardCharsets.US_ASCII));
            output.flush();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
