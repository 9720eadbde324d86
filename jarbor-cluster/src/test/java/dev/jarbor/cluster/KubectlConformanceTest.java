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
import java.util.List;
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

    /** A controller with one pod, and its Service, as the tests of the reference make them. */
    private static void agnhost(String namespace) {
        cluster.kubectl().run("create", "namespace", namespace).ok();
        cluster.kubectl().in(namespace).with("""
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: agnhost-primary, labels: {app: agnhost, role: primary}}
                spec:
                  replicas: 1
                  selector: {app: agnhost, role: primary}
                  template:
                    metadata: {labels: {app: agnhost, role: primary}}
                    spec:
                      containers: [{name: agnhost-primary, image: 'agnhost:2', ports: [{name: server, containerPort: 6379}]}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: agnhost-primary, labels: {app: agnhost, role: primary}}
                spec: {ports: [{port: 6379, targetPort: server}], selector: {app: agnhost, role: primary}}
                """, "create", "-f-").ok();
        cluster.kubectl()
                .in(namespace)
                .run("wait", "rc/agnhost-primary", "--for=jsonpath={.status.readyReplicas}=1", "--timeout=60s")
                .ok();
    }

    private static String onePod(Kubectl kubectl) {
        return kubectl.run("get", "pods", "-o", "jsonpath={.items[0].metadata.name}")
                .ok();
    }

    @Test
    @Conformance("CLI-04")
    void whatIsDescribedSaysWhatMatters() {
        agnhost("describe");
        Kubectl kubectl = cluster.kubectl().in("describe");

        assertThat(kubectl.run("describe", "pod", onePod(kubectl)).ok())
                .contains("Name:", "Namespace:", "Labels:", "app=agnhost", "role=primary", "Annotations:")
                .containsPattern("Status: +Running")
                .containsPattern("Controlled By: +ReplicationController/agnhost-primary")
                .containsPattern("Image: +agnhost:2")
                .containsPattern("State: +Running")
                .containsPattern("QoS Class: +BestEffort")
                .contains("IP:");
        assertThat(kubectl.run("describe", "rc", "agnhost-primary").ok())
                .contains("Namespace:", "Annotations:", "Pod Template:", "Events:")
                .containsPattern("Selector: +app=agnhost,role=primary")
                .containsPattern("Replicas: +1 current / 1 desired")
                .containsPattern("Pods Status: +1 Running / 0 Waiting / 0 Succeeded / 0 Failed")
                .contains("Created pod: agnhost-primary-");
        assertThat(kubectl.run("describe", "service", "agnhost-primary").ok())
                .containsPattern("Selector: +app=agnhost,role=primary")
                .containsPattern("Type: +ClusterIP")
                .containsPattern("Port: +<unset> +6379/TCP")
                .containsPattern("Endpoints: +10\\.[0-9.]+:6379")
                .containsPattern("Session Affinity: +None");
        assertThat(kubectl.run("describe", "node", "node-0").ok())
                .contains("Labels:", "Annotations:", "CreationTimestamp:", "Conditions:", "Addresses:", "Capacity:")
                .contains("MemoryPressure", "DiskPressure", "PIDPressure", "Ready", "LastHeartbeatTime")
                .contains("Kernel Version:", "OS Image:", "Container Runtime Version:", "Kubelet Version:")
                .contains("Non-terminated Pods:");
        assertThat(kubectl.run("describe", "namespace", "describe").ok()).containsPattern("Status: +Active");
    }

    @Test
    @Conformance("CLI-06")
    void aControllerAndAServiceAreExposedAsServices() {
        agnhost("expose");
        Kubectl kubectl = cluster.kubectl().in("expose");

        kubectl.run("expose", "rc", "agnhost-primary", "--name=rm2", "--port=1234", "--target-port=6379")
                .ok();
        kubectl.run("expose", "service", "rm2", "--name=rm3", "--port=2345", "--target-port=6379")
                .ok();

        for (String service : List.of("rm2", "rm3")) {
            Eventually.until(
                    service + " leads to the pod's port",
                    () -> kubectl.run("get", "endpoints", service, "-o", "jsonpath={.subsets[*].ports[*].port}")
                            .ok()
                            .equals("6379"));
        }
        assertThat(kubectl.run("get", "service", "rm3", "-o", "jsonpath={.spec.ports[0].port}")
                        .ok())
                .isEqualTo("2345");
    }

    @Test
    @Conformance("CLI-07")
    void aLabelIsAddedAndTakenAway() {
        kubectl().run("run", "pause", "--image=pause:3").ok();

        kubectl()
                .run("label", "pods", "pause", "testing-label=testing-label-value")
                .ok();
        assertThat(kubectl().run("get", "pod", "pause", "-L", "testing-label").ok())
                .contains("testing-label-value");
        kubectl().run("label", "pods", "pause", "testing-label-").ok();
        assertThat(kubectl().run("get", "pod", "pause", "-L", "testing-label").ok())
                .doesNotContain("testing-label-value");
    }

    @Test
    @Conformance("CLI-08")
    void podsOfAControllerGetAnnotations() {
        agnhost("patch");
        Kubectl kubectl = cluster.kubectl().in("patch");
        String pod = onePod(kubectl);

        kubectl.run("patch", "pod", pod, "-p", "{\"metadata\":{\"annotations\":{\"x\":\"y\"}}}")
                .ok();

        assertThat(kubectl.run("get", "pod", pod, "-o", "jsonpath={.metadata.annotations.x}")
                        .ok())
                .isEqualTo("y");
    }

    @Test
    @Conformance("CLI-09")
    void theImageOfAPodIsReplaced() {
        kubectl()
                .run("run", "replaced", "--image=httpd:one", "--pod-running-timeout=2m0s", "--labels=run=replaced")
                .ok();
        kubectl()
                .run("wait", "pod/replaced", "--for=condition=Ready", "--timeout=60s")
                .ok();
        String present = kubectl().run("get", "pod", "replaced", "-o", "json").ok();

        kubectl()
                .with(present.replace("httpd:one", "busybox:two"), "replace", "-f-")
                .ok();

        assertThat(kubectl()
                        .run("get", "pod", "replaced", "-o", "jsonpath={.spec.containers[0].image}")
                        .ok())
                .isEqualTo("busybox:two");
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
