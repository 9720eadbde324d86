package dev.jarbor.server.stream;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.stream.pipe.Duplex;
import dev.jarbor.server.stream.spdy.SpdyConnection;
import dev.jarbor.server.stream.spdy.SpdyStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Port-forward over SPDY ({@code portforward.k8s.io}): for each connection the client opens an {@code error} and a
 * {@code data} stream with the same {@code requestID} and the {@code port}.
 */
public final class SpdyPortForward {
    public static final String VERSION = "portforward.k8s.io";
    /** The WebSocket subprotocol that carries this inside binary messages (KEP-4006). */
    public static final String TUNNEL = "SPDY/3.1+" + VERSION;

    private static final Duration PAIR_WITHIN = Duration.ofSeconds(30);

    private final Duplex wire;
    private final PortTarget target;
    private final Runtime runtime;
    private final Map<String, SpdyStream> waiting = new ConcurrentSkipListMap<>();

    public SpdyPortForward(Duplex wire, PortTarget target, Runtime runtime) {
        this.wire = wire;
        this.target = target;
        this.runtime = runtime;
    }

    /** Forwards until the client's connection ends. */
    public void serve() throws IOException {
        try (var connection = new SpdyConnection(wire, this::opened)) {
            connection.run();
        }
    }

    private void opened(SpdyStream stream) {
        String type = stream.header("streamtype");
        if (!type.equals("error") && !type.equals("data")) {
            stream.reset();
            return;
        }
        String request = stream.header("requestid");
        Optional<SpdyStream> other = Optional.ofNullable(waiting.remove(request));
        if (other.isEmpty()) {
            waiting.put(request, stream);
            runtime.schedule("a port-forward's second stream", PAIR_WITHIN, () -> {
                if (waiting.remove(request, stream)) {
                    stream.reset();
                }
            });
            return;
        }
        boolean isData = type.equals("data");
        SpdyStream data = isData ? stream : other.get();
        SpdyStream error = isData ? other.get() : stream;
        runtime.execute("port-forward " + request, () -> forward(data, error));
    }

    private void forward(SpdyStream data, SpdyStream error) {
        Optional<Integer> port = port(data.header("port"));
        if (port.isEmpty()) {
            tell(error, "\"" + data.header("port") + "\" is not a port");
            Closing.quietly(data.output());
        } else {
            PortPump.run(target, port.get(), data.input(), data.output(), runtime, message -> tell(error, message));
        }
        Closing.quietly(error.output());
    }

    private static Optional<Integer> port(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) > 0 && Integer.parseInt(text) < 65536
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    private static void tell(SpdyStream error, String message) {
        try {
            error.output().write(message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            // the client has left and needs no explanation
        }
    }
}
