package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import dev.jarbor.testing.NeedsKubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the official tests of kubectl ask of the API server. */
@NeedsKubectl
class KubectlConformanceTest {
    private static final Pattern PROXY = Pattern.compile("Starting to serve on 127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
        cluster.kubectl().run("create", "namespace", "kubectl").ok();
    }

    private static Kubectl kubectl() {
        return cluster.kubectl().in("kubectl");
    }

    @Test
    @Conformance("CLI-02")
    void v1IsAmongTheApiVersions() {
        assertThat(cluster.kubectl().run("api-versions").ok().lines()).contains("v1");
    }

    @Test
    @Conformance("CLI-03")
    void clusterInfoNamesTheControlPlane() {
        assertThat(cluster.kubectl().run("cluster-info").ok())
                .contains("Kubernetes control plane")
                .contains("is running at");
    }

    @Test
    @Conformance("CLI-05")
    void aDifferenceOfADeploymentIsFound() {
        String deployment = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: httpd-deployment}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: httpd}}
                  template:
                    metadata: {labels: {app: httpd}}
                    spec: {containers: [{name: httpd, image: 'httpd:one'}]}
                """;
        kubectl().with(deployment, "create", "-f-").ok();

        Kubectl.Outcome diff = kubectl().with(deployment.replace("httpd:one", "busybox:two"), "diff", "-f-");

        assertThat(diff.code()).as(diff.err()).isEqualTo(1);
        assertThat(diff.out()).contains("-").contains("httpd:one").contains("busybox:two");
    }

    @Test
    @Conformance("CLI-10")
    void aPodThatIsNotRestartedIsCreatedFromAnImage() {
        kubectl()
                .run("run", "e2e-test-httpd-pod", "--restart=Never", "--pod-running-timeout=2m0s", "--image=httpd:one")
                .ok();

        ObjectValue pod = Json.object(
                kubectl().run("get", "pod", "e2e-test-httpd-pod", "-o", "json").ok());
        assertThat(pod.object("spec").list("containers").objects())
                .singleElement()
                .satisfies(container -> assertThat(container.string("image")).isEqualTo("httpd:one"));
        assertThat(pod.object("spec").string("restartPolicy")).isEqualTo("Never");
    }

    @Test
    @Conformance("CLI-11")
    void anUpdateOfAPodIsTriedWithoutBeingMade() {
        kubectl().run("run", "dry", "--image=httpd:one", "--labels=run=dry").ok();
        ObjectValue live = (ObjectValue)
                Yaml.parse(kubectl().run("get", "pod", "dry", "-o", "yaml").ok());
        String changed = "{\"spec\":{\"containers\":[{\"name\":\"dry\",\"image\":\"busybox:two\"}]}}";

        kubectl().run("patch", "pod", "dry", "-p", changed, "--dry-run=server").ok();

        ObjectValue after =
                Json.object(kubectl().run("get", "pod", "dry", "-o", "json").ok());
        assertThat(live.object("spec").list("containers").objects().getFirst().string("image"))
                .isEqualTo("httpd:one");
        assertThat(after.object("spec").list("containers").objects().getFirst().string("image"))
                .isEqualTo("httpd:one");
    }

    @Test
    @Conformance("CLI-12")
    void theVersionsOfBothSidesArePrinted() {
        ObjectValue version =
                Json.object(cluster.kubectl().run("version", "--output=json").ok());

        for (String side : new String[] {"clientVersion", "serverVersion"}) {
            for (String field : new String[] {"major", "minor", "gitVersion", "buildDate", "platform"}) {
                assertThat(version.object(side).string(field))
                        .as(side + "." + field)
                        .isNotEmpty();
            }
        }
    }

    @Test
    @Conformance("CLI-13")
    void aProxyOnAUnixSocketReachesTheApi() throws IOException {
        Path socket = Files.createTempDirectory("jarbor").resolve("kubectl.sock");
        Process proxy = cluster.kubectl().start("proxy", "--unix-socket=" + socket);
        try (BufferedReader lines = proxy.inputReader()) {
            Kubectl.lineWith(lines, "Starting to serve on");
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                channel.write(ByteBuffer.wrap(
                        "GET /api/ HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                var answer = ByteBuffer.allocate(64 * 1024);
                while (channel.read(answer) >= 0 && answer.hasRemaining()) {
                    // to its end
                }
                assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
                        .contains("APIVersions");
            }
        } finally {
            proxy.destroy();
        }
    }

    @Test
    @Conformance("CLI-14")
    void aProxyOnAnyFreePortReachesTheApi() throws IOException, InterruptedException {
        Process proxy = cluster.kubectl().start("proxy", "-p", "0", "--disable-filter");
        try (BufferedReader lines = proxy.inputReader();
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            Matcher line = PROXY.matcher(Kubectl.lineWith(lines, "Starting to serve on"));
            assertThat(line.find()).isTrue();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + line.group(1) + "/api/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(Json.object(answer.body()).list("versions").strings()).contains("v1");
        } finally {
            proxy.destroy();
        }
    }

    @Test
    @Conformance("NET-41")
    void theApiServerIsAServiceWithASecurePort() {
        ObjectValue service = Json.object(cluster.kubectl()
                .run("get", "service", "kubernetes", "-n", "default", "-o", "json")
                .ok());

        assertThat(service.object("spec").list("ports").objects()).anySatisfy(port -> {
            assertThat(port.string("name")).isEqualTo("https");
            assertThat(port.integer("port")).isEqualTo(443);
        });
    }

    @Test
    @Conformance("NET-11")
    void endpointsAndSlicesPointToTheApiServer() {
        ObjectValue endpoints = Json.object(cluster.kubectl()
                .run("get", "endpoints", "kubernetes", "-n", "default", "-o", "json")
                .ok());
        ObjectValue slices = Json.object(cluster.kubectl()
                .run(
                        "get",
                        "endpointslices",
                        "-n",
                        "default",
                        "-l",
                        "kubernetes.io/service-name=kubernetes",
                        "-o",
                        "json")
                .ok());

        ObjectValue subset = endpoints.object("subsets").isEmpty()
                ? endpoints.list("subsets").objects().getFirst()
                : endpoints;
        assertThat(subset.list("addresses").objects()).isNotEmpty();
        assertThat(slices.list("items").objects()).isNotEmpty().allSatisfy(slice -> {
            assertThat(slice.list("endpoints").objects()).isNotEmpty();
            assertThat(slice.list("ports").objects())
                    .anySatisfy(port -> assertThat(port.string("name")).isEqualTo("https"));
        });
    }
}
