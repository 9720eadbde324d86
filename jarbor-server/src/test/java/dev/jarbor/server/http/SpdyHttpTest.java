package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.server.stream.pipe.Duplex;
import dev.jarbor.server.stream.spdy.SpdyFrame;
import dev.jarbor.server.stream.spdy.SpdyWire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Exec and port-forward as older kubectls do them: a SPDY/3.1 connection behind an HTTP/1.1 upgrade. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpdyHttpTest {
    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
        cluster.runningPod("p");
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void exec_copies_input_to_output_and_tells_success() throws IOException {
        try (var client = new Client("exec?container=a&command=cat&stdin=1&stdout=1", "v4.channel.k8s.io")) {
            client.open(1, Map.of("streamtype", "error"), true);
            client.open(3, Map.of("streamtype", "stdin"), false);
            client.open(5, Map.of("streamtype", "stdout"), true);
            client.send(3, "hello");

            Map<Integer, String> heard = client.listen(Set.of(1, 5));
            assertThat(client.head).contains("101 Switching Protocols").contains("v4.channel.k8s.io");
            assertThat(heard.get(5)).isEqualTo("hello");
            assertThat(Json.object(heard.getOrDefault(1, "{}")).string("status"))
                    .isEqualTo("Success");
        }
    }

    @Test
    void a_failed_command_tells_its_exit_code() throws IOException {
        try (var client = new Client("exec?container=a&command=fail&stderr=1", "v4.channel.k8s.io")) {
            client.open(1, Map.of("streamtype", "error"), true);
            client.open(3, Map.of("streamtype", "stderr"), true);

            Map<Integer, String> heard = client.listen(Set.of(1, 3));
            assertThat(heard.get(3)).isEqualTo("bad\n");
            assertThat(heard.get(1)).contains("\"ExitCode\"").contains("\"3\"");
        }
    }

    @Test
    void a_port_is_forwarded_for_each_pair_of_streams() throws IOException {
        try (var client = new Client("portforward", "portforward.k8s.io")) {
            client.open(1, Map.of("streamtype", "error", "port", "80", "requestid", "0"), true);
            client.open(3, Map.of("streamtype", "data", "port", "80", "requestid", "0"), false);
            client.open(5, Map.of("streamtype", "error", "port", "81", "requestid", "1"), true);
            client.open(7, Map.of("streamtype", "data", "port", "81", "requestid", "1"), false);
            client.send(3, "knock");

            Map<Integer, String> heard = client.listen(Set.of(1, 3, 5, 7));
            assertThat(heard.get(3)).isEqualTo("heard knock");
            assertThat(heard.get(5))
                    .startsWith("error forwarding port 81 to pod default/p")
                    .contains("connection refused");
        }
    }

    @Test
    void versions_that_are_not_known_are_refused_in_http() throws IOException {
        try (var client = new Client("exec?container=a&command=cat&stdout=1", "v9.channel.k8s.io")) {
            assertThat(client.head).contains("400").contains("unable to negotiate protocol");
        }
    }

    private final class Client implements AutoCloseable {
        private final Socket socket;
        private final SpdyWire wire;
        private final String head;

        Client(String subresource, String version) throws IOException {
            socket = cluster.adminTls
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), cluster.face.port());
            socket.setSoTimeout(20_000);
            String request =
                    "POST /api/v1/namespaces/default/pods/p/" + subresource + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\nX-Stream-Protocol-Version: "
                            + version + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            head = head(socket.getInputStream());
            wire = new SpdyWire(new Duplex(socket.getInputStream(), socket.getOutputStream()));
        }

        /** The head of the answer, and its body where it has one. */
        private static String head(InputStream input) throws IOException {
            var text = new ByteArrayOutputStream();
            while (!text.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                text.write(input.read());
            }
            String head = text.toString(StandardCharsets.US_ASCII);
            for (String line : head.split("\r\n", -1)) {
                if (line.startsWith("Content-Length: ")) {
                    text.writeBytes(input.readNBytes(Integer.parseInt(line.substring(16))));
                }
            }
            return text.toString(StandardCharsets.US_ASCII);
        }

        void open(int stream, Map<String, String> headers, boolean fin) throws IOException {
            wire.write(new SpdyFrame.SynStream(stream, fin, new TreeMap<>(headers)));
        }

        void send(int stream, String text) throws IOException {
            wire.write(new SpdyFrame.Data(stream, true, text.getBytes(StandardCharsets.UTF_8)));
        }

        /** What comes on each stream until all of {@code awaited} have ended. */
        Map<Integer, String> listen(Set<Integer> awaited) throws IOException {
            var heard = new TreeMap<Integer, String>();
            var open = new TreeSet<>(awaited);
            while (!open.isEmpty()) {
                Optional<SpdyFrame> frame = wire.read();
                if (frame.isEmpty()) {
                    throw new IOException("the server left streams open: " + open);
                }
                if (frame.get() instanceof SpdyFrame.Data(int stream, boolean fin, byte[] bytes)) {
                    heard.merge(stream, new String(bytes, StandardCharsets.UTF_8), String::concat);
                    if (fin) {
                        open.remove(stream);
                    }
                }
            }
            return heard;
        }

        @Override
        public void close() throws IOException {
            wire.close();
            socket.close();
        }
    }
}
