package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.node.simulated.Conversation.Reply;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs, commands and ports of pods, through the clients of this JVM. */
@JarborTest(nodes = 1)
class PodAccessTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @BeforeEach
    void aPodRuns(Jarbor cluster, KubernetesClient client) {
        cluster.behaviour()
                .forImage("web")
                .logs("listening", "ready")
                .exec((where, command, streams) -> {
                    streams.stdout().write((String.join(" ", command) + ": ").getBytes(StandardCharsets.UTF_8));
                    if (command.getFirst().equals("head")) {
                        streams.stdout().write(line(streams.stdin()));
                    }
                    return command.getFirst().equals("false") ? 3 : 0;
                })
                .http(request -> Reply.text(200, "hello from " + request.port() + request.target()));
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("one")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("web:1")
                        .addNewPort()
                        .withContainerPort(8080)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        var key = new ObjectKey(client.getNamespace(), "one");
        assertThat(cluster.time()
                        .until(
                                () -> cluster.api()
                                        .get(Pod.KIND, key)
                                        .status()
                                        .phase()
                                        .equals("Running"),
                                SOON))
                .isTrue();
    }

    private static byte[] line(InputStream input) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }

    @Test
    void fabric8ReadsLogs(KubernetesClient client) {
        assertThat(client.pods().withName("one").getLog()).isEqualTo("listening\nready\n");
        assertThat(client.pods().withName("one").tailingLines(1).getLog()).isEqualTo("ready\n");
    }

    @Test
    void fabric8RunsCommandsAndTellsHowTheyEnd(KubernetesClient client) throws Exception {
        var output = new ByteArrayOutputStream();
        try (ExecWatch command = client.pods()
                .withName("one")
                .redirectingInput()
                .writingOutput(output)
                .exec("head", "-1")) {
            command.getInput().write("a line\nand another\n".getBytes(StandardCharsets.UTF_8));
            command.getInput().flush();
            assertThat(command.exitCode().get(30, TimeUnit.SECONDS)).isZero();
        }
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("head -1: a line");
        try (ExecWatch command =
                client.pods().withName("one").writingOutput(output).exec("false")) {
            assertThat(command.exitCode().get(30, TimeUnit.SECONDS)).isEqualTo(3);
        }
    }

    @Test
    void fabric8ForwardsPorts(KubernetesClient client) throws IOException, InterruptedException {
        try (LocalPortForward forward = client.pods().withName("one").portForward(8080);
                HttpClient browser = HttpClient.newHttpClient()) {
            var address = URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/shop?a=1");
            HttpResponse<String> answer =
                    browser.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("hello from 8080/shop?a=1");
        }
    }

    @Test
    void theOfficialClientReadsLogs(ApiClient client, @Namespace String namespace) throws ApiException {
        assertThat(new CoreV1Api(client).readNamespacedPodLog("one", namespace).execute())
                .isEqualTo("listening\nready\n");
    }

    @Test
    void theOfficialClientRunsCommandsAndTellsHowTheyEnd(ApiClient client, @Namespace String namespace)
            throws Exception {
        Process command = new Exec(client).exec(namespace, "one", new String[] {"false", "hope"}, false, false);
        assertThat(new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("false hope: ");
        assertThat(command.waitFor()).isEqualTo(3);
        command.destroy();
    }

    @Test
    void theOfficialClientForwardsPorts(ApiClient client, @Namespace String namespace) throws Exception {
        PortForward.PortForwardResult forward = new PortForward(client).forward(namespace, "one", List.of(8080));
        var request = "GET /shop HTTP/1.1\r\nhost: one\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        try (var output = forward.getOutboundStream(8080);
                var input = forward.getInputStream(8080)) {
            output.write(request);
            output.flush();
            assertThat(read(input, "hello from 8080/shop")).contains("200", "hello from 8080/shop");
        }
    }

    /** What came until {@code last} did; the stream stays open as long as somebody forwards. */
    private static String read(InputStream input, String last) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(last) < 0) {
            int next = input.read();
            if (next < 0) {
                break;
            }
            text.append((char) next);
        }
        return text.toString();
    }
}
