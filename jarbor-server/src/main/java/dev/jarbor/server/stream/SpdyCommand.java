package dev.jarbor.server.stream;

import dev.jarbor.api.codec.Json;
import dev.jarbor.client.NodeConnection.ResizeListener;
import dev.jarbor.client.NodeConnection.StreamOptions;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.stream.pipe.Duplex;
import dev.jarbor.server.stream.spdy.SpdyConnection;
import dev.jarbor.server.stream.spdy.SpdyStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An exec or attach over SPDY: the client opens one stream for each of {@code error}, {@code stdin}, {@code stdout},
 * {@code stderr} and, with a terminal, {@code resize}; once they are all there the command runs.
 */
public final class SpdyCommand {
    /** The versions served, best first; from the fourth on the error stream carries a Status. */
    public static final List<String> VERSIONS =
            List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");

    private static final Duration STREAMS_WITHIN = Duration.ofSeconds(30);
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final Duplex wire;
    private final String version;
    private final Runtime runtime;
    private final Map<String, SpdyStream> streams = new ConcurrentSkipListMap<>();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile Runtime.Timer linger = () -> {};

    /** @param version the negotiated one of {@link #VERSIONS} */
    public SpdyCommand(Duplex wire, String version, Runtime runtime) {
        this.wire = wire;
        this.version = version;
        this.runtime = runtime;
    }

    /** Carries {@code command} until the client's connection ends. */
    public void serve(RemoteCommand command) throws IOException {
        int expected = expected(command.options());
        try (var connection = new SpdyConnection(wire, stream -> {
            if (streams.putIfAbsent(stream.header("streamtype"), stream) != null) {
                stream.reset();
            } else if (streams.size() == expected) {
                running.set(true);
                runtime.execute("exec " + command.container(), () -> command.run(new Session()));
            }
        })) {
            Runtime.Timer patience = runtime.schedule("streams of an exec", STREAMS_WITHIN, () -> {
                if (!running.get()) {
                    Closing.quietly(wire.input());
                }
            });
            try {
                connection.run();
            } finally {
                patience.cancel();
                linger.cancel();
            }
        }
    }

    private int expected(StreamOptions options) {
        boolean sizes = options.tty() && !version.equals("v2.channel.k8s.io") && !version.equals("channel.k8s.io");
        return 1
                + (options.stdin() ? 1 : 0)
                + (options.stdout() ? 1 : 0)
                + (options.stderr() && !options.tty() ? 1 : 0)
                + (sizes ? 1 : 0);
    }

    private final class Session implements CommandSession {
        private final Resizes resizes = new Resizes();

        Session() {
            stream("resize").ifPresent(sizes -> runtime.execute("terminal sizes", () -> pump(sizes.input())));
        }

        private Optional<SpdyStream> stream(String type) {
            return Optional.ofNullable(streams.get(type));
        }

        @Override
        public InputStream stdin() {
            return stream("stdin").map(SpdyStream::input).orElseGet(InputStream::nullInputStream);
        }

        @Override
        public OutputStream stdout() {
            return stream("stdout").map(SpdyStream::output).orElseGet(OutputStream::nullOutputStream);
        }

        @Override
        public OutputStream stderr() {
            return stream("stderr").map(SpdyStream::output).orElseGet(OutputStream::nullOutputStream);
        }

        @Override
        public void onResize(ResizeListener listener) {
            resizes.listen(listener);
        }

        private void pump(InputStream sizes) {
            byte[] chunk = new byte[256];
            try {
                for (int count = sizes.read(chunk); count >= 0; count = sizes.read(chunk)) {
                    resizes.received(chunk, count);
                }
            } catch (IOException gone) {
                // the client has left: its terminal has no size any more
            }
        }

        @Override
        public void finish(CommandResult result) throws IOException {
            stdin().close();
            stdout().close();
            stderr().close();
            OutputStream error = stream("error").map(SpdyStream::output).orElseGet(OutputStream::nullOutputStream);
            byte[] told = version.startsWith("v4.")
                    ? Json.bytes(result.status())
                    : result.text().getBytes(StandardCharsets.UTF_8);
            error.write(told);
            error.close();
            linger = runtime.schedule("linger", LINGER, () -> Closing.quietly(wire.input()));
        }
    }
}
