package dev.jarbor.node.cri;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.runtime.Runtime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One command run, or main process attached, through a runtime's streaming server: the remote command protocol, version
 * 4, over SPDY. The error stream ends with a {@code Status} that carries the exit code.
 */
final class RemoteCommand {
    private static final String PROTOCOL = "v4.channel.k8s.io";
    private static final int LONGEST_STATUS = 64 << 10;
    private static final int BLOCK = 32 << 10;

    private final Runtime runtime;
    private final String url;
    private final NodeConnection.StreamOptions options;
    private final NodeConnection.Streams streams;

    RemoteCommand(Runtime runtime, String url, NodeConnection.StreamOptions options, NodeConnection.Streams streams) {
        this.runtime = runtime;
        this.url = url;
        this.options = options;
        this.streams = streams;
    }

    int run() throws IOException {
        try (SpdyConnection connection = SpdyConnection.open(url, PROTOCOL)) {
            int errors = open(connection, "error");
            int input = options.stdin() ? open(connection, "stdin") : 0;
            int output = options.stdout() ? open(connection, "stdout") : 0;
            int complaints = options.stderr() && !options.tty() ? open(connection, "stderr") : 0;
            int sizes = options.tty() ? open(connection, "resize") : 0;
            if (sizes != 0) {
                streams.onResize((columns, rows) -> resize(connection, sizes, columns, rows));
            }
            if (input != 0) {
                runtime.execute("input of a command", () -> pump(connection, input));
            }
            var status = new ByteArrayOutputStream();
            connection.read(new SpdyConnection.Listener() {
                @Override
                public void data(int stream, byte[] bytes) throws IOException {
                    if (stream == output) {
                        forward(streams.stdout(), bytes);
                    } else if (stream == complaints) {
                        forward(streams.stderr(), bytes);
                    } else if (stream == errors && status.size() < LONGEST_STATUS) {
                        status.write(bytes);
                    }
                }

                @Override
                public void ended(int stream) {
                    // the connection's end is what counts: the other streams may still carry data
                }
            });
            return exitCode(status.toString(StandardCharsets.UTF_8));
        }
    }

    private static int open(SpdyConnection connection, String type) throws IOException {
        return connection.open(Map.of("streamtype", type));
    }

    private static void forward(OutputStream sink, byte[] bytes) throws IOException {
        sink.write(bytes);
        sink.flush();
    }

    private void pump(SpdyConnection connection, int stream) {
        byte[] block = new byte[BLOCK];
        try (InputStream source = streams.stdin()) {
            for (int count = source.read(block); count >= 0; count = source.read(block)) {
                connection.send(stream, block, count, false);
            }
            connection.send(stream, block, 0, true);
        } catch (IOException over) {
            // the command has ended, or the client has gone: the reading side tells
        }
    }

    private static void resize(SpdyConnection connection, int stream, int columns, int rows) {
        byte[] size = ("{\"Width\":" + columns + ",\"Height\":" + rows + "}\n").getBytes(StandardCharsets.UTF_8);
        try {
            connection.send(stream, size, size.length, false);
        } catch (IOException over) {
            // the command has ended
        }
    }

    /** 0 for success; the code of the command; or the reason why there is none. */
    static int exitCode(String status) throws IOException {
        if (status.isBlank()) {
            return 0;
        }
        try {
            ObjectValue read = Json.object(status);
            if (read.string("status").equals("Success")) {
                return 0;
            }
            for (ObjectValue cause : read.object("details").list("causes").objects()) {
                if (cause.string("reason").equals("ExitCode")) {
                    return Integer.parseInt(cause.string("message"));
                }
            }
            throw new IOException(read.string("message"));
        } catch (DecodeException | NumberFormatException broken) {
            throw new IOException("the runtime ended the command with: " + status, broken);
        }
    }
}
