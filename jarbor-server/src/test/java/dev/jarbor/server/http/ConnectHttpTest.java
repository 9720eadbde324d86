package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.client.NodeConnection.LogOptions;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logs, exec, attach and port-forward through the server to a node that echoes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectHttpTest {
    private static final String POD = "/api/v1/namespaces/default/pods/p";

    private HttpCluster cluster;
    private HttpClient old;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
        cluster.runningPod("p");
        old = HttpClient.newBuilder().sslContext(cluster.adminTls).build();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void a_log_is_plain_text_with_the_options_asked_for() {
        HttpResponse<String> log = cluster.get(POD + "/log?container=a&tailLines=5&timestamps=true");

        assertThat(log.body()).isEqualTo("log of a\n");
        assertThat(log.headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(cluster.node.logged).contains(new LogOptions(false, false, true, 5, -1, "", -1));
    }

    @Test
    void a_container_must_be_chosen_and_must_exist() {
        assertThat(json(cluster.get(POD + "/log")).string("message"))
                .isEqualTo("a container name must be specified for pod p, choose one of: [a b broken]");
        assertThat(json(cluster.get(POD + "/log?container=z")).string("message"))
                .isEqualTo("container z is not valid for pod p");
        assertThat(json(cluster.get(POD + "/log?container=b")).string("message"))
                .isEqualTo("container \"b\" in pod \"p\" is waiting to start: ContainerCreating");
        assertThat(json(cluster.get(POD + "/log?container=a&previous=true")).string("message"))
                .isEqualTo("previous terminated container \"a\" in pod \"p\" not found");
        assertThat(cluster.get(POD + "/log?container=a&tailLines=-1").statusCode())
                .isEqualTo(422);
        assertThat(cluster.get("/api/v1/namespaces/default/pods/none/log").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_node_that_fails_before_the_first_byte_gives_a_status() {
        HttpResponse<String> answer = cluster.get(POD + "/log?container=broken");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(json(answer).string("message")).contains("the disk is gone");
    }

    @Test
    void exec_without_an_upgrade_says_what_is_needed() {
        assertThat(json(cluster.get(POD + "/exec?container=a&command=cat&stdout=1"))
                        .string("message"))
                .isEqualTo("Upgrade request required");
    }

    @Test
    void exec_copies_input_to_output_and_tells_success() {
        var listener = open("/exec?container=a&command=cat&stdin=1&stdout=1", "v5.channel.k8s.io");
        listener.send(0, "hello");
        listener.send(4, "{\"Width\":80,\"Height\":24}");
        listener.sendBytes(new byte[] {(byte) 255, 0});

        Map<Integer, String> channels = listener.finished();
        assertThat(listener.socket().getSubprotocol()).isEqualTo("v5.channel.k8s.io");
        assertThat(channels.get(1)).isEqualTo("hello");
        assertThat(Json.object(channels.getOrDefault(3, "{}")).string("status")).isEqualTo("Success");
        assertThat(cluster.node.resized).contains("80x24");
    }

    @Test
    void attach_joins_the_streams_of_the_container() {
        var listener = open("/attach?container=b&stdin=1&stdout=1&tty=1", "v5.channel.k8s.io");
        listener.send(0, "hello");
        listener.sendBytes(new byte[] {(byte) 255, 0});

        Map<Integer, String> channels = listener.finished();
        assertThat(channels.get(1)).isEqualTo("attached to b: hello");
        assertThat(Json.object(channels.getOrDefault(3, "{}")).string("status")).isEqualTo("Success");
    }

    @Test
    void a_failed_command_tells_its_exit_code() {
        Map<Integer, String> channels = open("/exec?container=a&command=fail&stdout=1&stderr=1", "v4.channel.k8s.io")
                .finished();

        assertThat(channels.get(2)).isEqualTo("bad\n");
        var status = Json.object(channels.getOrDefault(3, "{}"));
        assertThat(status.string("reason")).isEqualTo("NonZeroExitCode");
        assertThat(status.object("details").list("causes").objects().getFirst().string("message"))
                .isEqualTo("3");
    }

    @Test
    void a_command_that_cannot_run_tells_why() {
        Map<Integer, String> channels = open("/exec?container=a&command=nothing&stdout=1", "v4.channel.k8s.io")
                .finished();

        assertThat(channels.get(3)).contains("no such program: nothing");
    }

    @Test
    void a_stream_that_is_refused_is_not_upgraded() {
        assertThatThrownBy(() -> open("/exec?container=z&command=cat&stdout=1", "v4.channel.k8s.io"))
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
        assertThatThrownBy(() -> open("/exec?container=a&command=cat&stdout=1", "v9.unheard.of"))
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void a_port_is_forwarded_over_channels() {
        var listener = open("/portforward?ports=81", "v4.channel.k8s.io");

        Map<Integer, String> channels = listener.finished();
        assertThat(channels.get(0)).isEqualTo("Q\0");
        assertThat(channels.get(1))
                .startsWith("Q\0error forwarding port 81 to pod default/p")
                .contains("connection refused");
    }

    private Listener open(String path, String subprotocol) {
        var listener = new Listener();
        URI uri = URI.create(cluster.uri(POD + path).toString().replace("https:", "wss:"));
        WebSocket socket = old.newWebSocketBuilder()
                .subprotocols(subprotocol)
                .buildAsync(uri, listener)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        listener.opened.complete(socket);
        return listener;
    }

    /** Collects what comes on each channel until the server closes. */
    private static final class Listener implements WebSocket.Listener {
        private final Map<Integer, ByteArrayOutputStream> channels = new TreeMap<>();
        private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        private final CompletableFuture<Map<Integer, String>> closed = new CompletableFuture<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        WebSocket socket() {
            return opened.join();
        }

        void send(int channel, String text) {
            var bytes = new ByteArrayOutputStream();
            bytes.write(channel);
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            sendBytes(bytes.toByteArray());
        }

        void sendBytes(byte[] bytes) {
            socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
        }

        Map<Integer, String> finished() {
            return closed.orTimeout(20, TimeUnit.SECONDS).join();
        }

        @Override
        @SuppressWarnings("NullAway") // null is how the interface says that the data is taken
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            message.writeBytes(bytes);
            if (last) {
                byte[] whole = message.toByteArray();
                channels.computeIfAbsent((int) whole[0], absent -> new ByteArrayOutputStream())
                        .write(whole, 1, whole.length - 1);
                message.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            var texts = new TreeMap<Integer, String>();
            channels.forEach((channel, bytes) -> texts.put(channel, bytes.toString(StandardCharsets.UTF_8)));
            closed.complete(texts);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
