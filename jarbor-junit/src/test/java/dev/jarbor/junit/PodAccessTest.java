package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.NodeConnection.Streams;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.node.simulated.Conversation.Line;
import dev.jarbor.node.simulated.Conversation.Reply;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.kubernetes.client.Attach;
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
import java.util.concurrent.LinkedBlockingQueue;
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
                    } else if (command.getFirst().equals("stty")) {
                        streams.stdout().write(size(streams).getBytes(StandardCharsets.UTF_8));
                    }
                    return command.getFirst().equals("false") ? 3 : 0;
                })
                .attach((where, streams) -> {
                    streams.stdout().write((where.container() + ": ").getBytes(StandardCharsets.UTF_8));
                    streams.stdin().transferTo(streams.stdout());
                })
                .http(request -> Reply.text(200, "hello from " + request.port() + request.target()));
        runs(cluster, client, "one", "web:1");
    }

    private static void runs(Jarbor cluster, KubernetesClient client, String name, String image) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("main")
                        .withImage(image)
                        .addNewPort()
                        .withContainerPort(8080)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        var key = new ObjectKey(client.getNamespace(), name);
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

    /** Of the terminal, when it is told. */
    private static String size(Streams streams) throws IOException {
        var sizes = new LinkedBlockingQueue<String>();
        streams.onResize((columns, rows) -> sizes.add(columns + " x " + rows));
        try {
            return String.valueOf(sizes.poll(30, TimeUnit.SECONDS));
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
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
    void fabric8TellsCommandsTheSizeOfItsTerminal(KubernetesClient client) throws Exception {
        var output = new ByteArrayOutputStream();
        try (ExecWatch command = client.pods()
                .withName("one")
                .redirectingInput()
                .writingOutput(output)
                .withTTY()
                .exec("stty", "size")) {
            command.resize(132, 43);
            assertThat(command.exitCode().get(30, TimeUnit.SECONDS)).isZero();
        }
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("stty size: 132 x 43");
    }

    @Test
    void fabric8AttachesToTheMainProcessUntilItEnds(Jarbor cluster, KubernetesClient client) throws Exception {
        try (ExecWatch process = client.pods()
                .withName("one")
                .redirectingInput()
                .redirectingOutput()
                .attach()) {
            process.getInput().write("are you there?".getBytes(StandardCharsets.UTF_8));
            process.getInput().flush();
            assertThat(read(process.getOutput(), "there?")).isEqualTo("main: are you there?");
            client.pods().withName("one").withGracePeriod(1).delete();
            cluster.time().advance(Duration.ofSeconds(30));
            assertThat(process.exitCode().get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void whoAttachesSeesWhatIsWrittenFromThenOn(Jarbor cluster, KubernetesClient client) throws Exception {
        cluster.behaviour()
                .forImage("clock")
                .logs(List.of(
                        new Line(Duration.ZERO, "begun"),
                        new Line(Duration.ofHours(10), "ten"),
                        new Line(Duration.ofHours(11), "eleven")))
                .exits(0, Duration.ofHours(12));
        runs(cluster, client, "clock", "clock:1");
        var output = new ByteArrayOutputStream();
        try (ExecWatch process =
                client.pods().withName("clock").writingOutput(output).attach()) {
            cluster.time().advance(Duration.ofHours(12));
            assertThat(process.exitCode().get(30, TimeUnit.SECONDS)).isZero();
        }
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("ten\neleven\n");
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
    void theOfficialClientAttachesToTheMainProcess(ApiClient client, @Namespace String namespace) throws Exception {
        Attach.AttachResult process = new Attach(client).attach(namespace, "one", true);
        process.getStandardInputStream().write("hello".getBytes(StandardCharsets.UTF_8));
        process.getStandardInputStream().flush();
        assertThat(read(process.getStandardOutputStream(), "hello")).isEqualTo("main: hello");
        process.close();
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
