package dev.jarbor.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.Attach;
import io.kubernetes.client.Copy;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the official Java client streams to pods and from them. */
class OfficialClientStreamsTest {
    private static final String NAMESPACE = "default";

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static EchoServer echo;

    private static ApiClient client;
    private static CoreV1Api core;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.withLocalNode(home);
        echo = EchoServer.start();
        client = Config.fromConfig(cluster.kubeconfig().toString());
        core = new CoreV1Api(client);
    }

    private static void pod(String name) throws ApiException {
        var container = new V1Container()
                .name("main")
                .image("web:1")
                .addPortsItem(new V1ContainerPort().containerPort(echo.port()));
        core.createNamespacedPod(
                        NAMESPACE,
                        new V1Pod()
                                .metadata(new V1ObjectMeta().name(name))
                                .spec(new V1PodSpec().addContainersItem(container)))
                .execute();
        Eventually.until(
                name + " runs",
                () -> "Running"
                        .equals(requireNonNull(core.readNamespacedPod(name, NAMESPACE)
                                        .execute()
                                        .getStatus())
                                .getPhase()));
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aLogIsReadAndFollowed() throws ApiException, IOException {
        pod("logs");

        assertThat(core.readNamespacedPodLog("logs", NAMESPACE).tailLines(2).execute())
                .isEqualTo("second\nthird\n");
        try (InputStream log = new PodLogs(client).streamNamespacedPodLog(NAMESPACE, "logs", "main")) {
            assertThat(text(log)).isEqualTo("first\nsecond\nthird\n");
        }
    }

    @Test
    void aCommandIsRunWithItsStreamsAndItsExitCode() throws ApiException, IOException, InterruptedException {
        pod("exec");

        Process command = new Exec(client)
                .exec(
                        NAMESPACE,
                        "exec",
                        new String[] {"sh", "-c", "read line; echo got $line; echo oops >&2; exit 7"},
                        true,
                        false);
        InputStream said = command.getInputStream();
        InputStream complained = command.getErrorStream();
        command.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
        command.getOutputStream().flush();

        assertThat(text(said)).isEqualTo("got hello\n");
        assertThat(text(complained)).isEqualTo("oops\n");
        assertThat(command.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(command.exitValue()).isEqualTo(7);
    }

    @Test
    void theStreamsOfAContainerAreJoined() throws ApiException, IOException {
        pod("attach");

        try (var attached = new Attach(client).attach(NAMESPACE, "attach", true);
                var lines = new BufferedReader(
                        new InputStreamReader(attached.getStandardOutputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("attached");
            attached.getStandardInputStream().write("knock\n".getBytes(StandardCharsets.UTF_8));
            attached.getStandardInputStream().flush();
            assertThat(lines.readLine()).isEqualTo("knock");
        }
    }

    @Test
    void filesAreCopiedToAPodAndBack() throws ApiException, IOException {
        pod("copied");
        Path there = Files.createDirectories(home.resolve("there"));
        var copy = new Copy(client);

        copy.copyFileToPod(
                NAMESPACE, "copied", "main", "dear pod\n".getBytes(StandardCharsets.UTF_8), there.resolve("letter"));
        Eventually.until(
                "the letter is there",
                () -> Files.exists(there.resolve("letter"))
                        && Files.readString(there.resolve("letter")).equals("dear pod\n"));
        try (InputStream back = copy.copyFileFromPod(
                NAMESPACE, "copied", "main", there.resolve("letter").toString())) {
            assertThat(text(back)).isEqualTo("dear pod\n");
        }
    }

    @Test
    void aPortIsForwarded() throws ApiException, IOException {
        pod("forward");

        try (var forward = new PortForward(client).forward(NAMESPACE, "forward", List.of(echo.port()))) {
            // Before anything is sent: the client gives out none of a stream that has ended.
            InputStream stream = forward.getInputStream(echo.port());
            forward.getOutboundStream(echo.port())
                    .write("GET /through HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            forward.getOutboundStream(echo.port()).flush();
            var answer = new StringBuilder();
            while (!answer.toString().endsWith("you asked for /through")) {
                int next = stream.read();
                assertThat(next).as(answer.toString()).isNotNegative();
                answer.append((char) next);
            }
            assertThat(answer.toString()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aPodIsReachedThroughTheServer() throws ApiException {
        pod("proxied");

        assertThat(core.connectGetNamespacedPodProxyWithPath("proxied:" + echo.port(), NAMESPACE, "some")
                        .execute())
                .isEqualTo("you asked for /some");
    }

    @Test
    void aContainerIsAddedToARunningPod() throws ApiException {
        pod("debugged");

        V1Pod changed = PatchUtils.patch(
                V1Pod.class,
                () -> core.patchNamespacedPodEphemeralcontainers(
                                "debugged",
                                NAMESPACE,
                                new V1Patch(
                                        "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"debugger\",\"image\":\"busybox\"}]}}"))
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH,
                client);

        assertThat(requireNonNull(requireNonNull(changed.getSpec()).getEphemeralContainers()))
                .singleElement()
                .satisfies(added -> assertThat(added.getImagePullPolicy()).isEqualTo("Always"));
    }
}
