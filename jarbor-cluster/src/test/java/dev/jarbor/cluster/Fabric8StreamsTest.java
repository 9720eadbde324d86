package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Fabric8 client streams to pods and from them. */
class Fabric8StreamsTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static KubernetesClient client;

    @AutoClose
    private static EchoServer echo;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.withLocalNode(home);
        echo = EchoServer.start();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
                .build();
    }

    private static PodResource pod(String name) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("web:1")
                .addNewPort()
                .withContainerPort(echo.port())
                .endPort()
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
        PodResource created = client.pods().inNamespace("default").withName(name);
        created.waitUntilReady(30, TimeUnit.SECONDS);
        return created;
    }

    @Test
    void aLogIsReadAndFollowed() throws IOException {
        PodResource pod = pod("logs");

        assertThat(pod.getLog()).isEqualTo("first\nsecond\nthird\n");
        assertThat(pod.tailingLines(1).getLog()).isEqualTo("third\n");
        try (LogWatch log = pod.watchLog();
                var lines = new BufferedReader(new InputStreamReader(log.getOutput(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("first");
        }
    }

    @Test
    void aCommandIsRunWithItsStreamsAndItsExitCode()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        var said = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();

        try (ExecWatch command = pod("exec")
                .inContainer("main")
                .redirectingInput()
                .writingOutput(said)
                .writingError(complained)
                .exec("sh", "-c", "read line; echo got $line; echo oops >&2; exit 7")) {
            command.getInput().write("hello\n".getBytes(StandardCharsets.UTF_8));
            command.getInput().flush();
            assertThat(command.exitCode().get(20, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).isEqualTo("got hello\n");
        assertThat(complained.toString(StandardCharsets.UTF_8)).isEqualTo("oops\n");
    }

    @Test
    void theStreamsOfAContainerAreJoined() throws IOException {
        try (ExecWatch attached =
                        pod("attach").redirectingInput().redirectingOutput().attach();
                var lines = new BufferedReader(new InputStreamReader(attached.getOutput(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("attached");
            attached.getInput().write("knock\n".getBytes(StandardCharsets.UTF_8));
            attached.getInput().flush();
            assertThat(lines.readLine()).isEqualTo("knock");
        }
    }

    @Test
    void filesAreCopiedToAPodAndBack() throws IOException {
        PodResource pod = pod("copied");
        Path there = Files.createDirectories(home.resolve("there"));
        Path letter = Files.writeString(home.resolve("letter"), "dear pod\n");

        assertThat(pod.file(there.resolve("letter").toString()).upload(letter)).isTrue();
        assertThat(there.resolve("letter")).hasContent("dear pod\n");
        assertThat(pod.file(there.resolve("letter").toString()).copy(home.resolve("back")))
                .isTrue();
        assertThat(home.resolve("back")).hasContent("dear pod\n");
    }

    @Test
    void aPortIsForwarded() throws IOException {
        try (LocalPortForward forward = pod("forward").portForward(echo.port())) {
            assertThat(Web.get("http://127.0.0.1:" + forward.getLocalPort() + "/through"))
                    .isEqualTo("you asked for /through");
        }
    }

    @Test
    void aPodIsReachedThroughTheServer() {
        pod("proxied");

        assertThat(client.raw("/api/v1/namespaces/default/pods/proxied:" + echo.port() + "/proxy/some"))
                .isEqualTo("you asked for /some");
    }

    @Test
    void aContainerIsAddedToARunningPod() {
        Pod changed = pod("debugged")
                .ephemeralContainers()
                .edit(found -> new PodBuilder(found)
                        .editSpec()
                        .addToEphemeralContainers(new EphemeralContainerBuilder()
                                .withName("debugger")
                                .withImage("busybox")
                                .build())
                        .endSpec()
                        .build());

        assertThat(changed.getSpec().getEphemeralContainers())
                .singleElement()
                .satisfies(added -> assertThat(added.getImagePullPolicy()).isEqualTo("Always"));
    }
}
