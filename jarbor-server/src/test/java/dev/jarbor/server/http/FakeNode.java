package dev.jarbor.server.http;

import dev.jarbor.client.NodeConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A node whose containers echo: {@code cat} copies its input, {@code fail} exits with 3, port 80 answers what it hears.
 * Higher ports are those of the machine's loopback, where a test may serve what it likes.
 */
final class FakeNode implements NodeConnection {
    final BlockingQueue<String> resized = new LinkedBlockingQueue<>();
    final BlockingQueue<LogOptions> logged = new LinkedBlockingQueue<>();

    @Override
    public void logs(ContainerRef container, LogOptions options, OutputStream sink) throws IOException {
        logged.add(options);
        if (container.container().equals("broken")) {
            throw new IOException("the disk is gone");
        }
        sink.write(("log of " + container.container() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public NodeUsage usage() throws IOException {
        throw new IOException("nothing is measured here");
    }

    @Override
    public int exec(ContainerRef container, List<String> command, StreamOptions options, Streams streams)
            throws IOException {
        streams.onResize((columns, rows) -> resized.add(columns + "x" + rows));
        return switch (command.getFirst()) {
            case "cat" -> {
                streams.stdin().transferTo(streams.stdout());
                yield 0;
            }
            case "fail" -> {
                streams.stderr().write("bad\n".getBytes(StandardCharsets.UTF_8));
                yield 3;
            }
            default -> throw new IOException("no such program: " + command.getFirst());
        };
    }

    @Override
    public int attach(ContainerRef container, StreamOptions options, Streams streams) throws IOException {
        streams.stdout().write(("attached to " + container.container() + ": ").getBytes(StandardCharsets.UTF_8));
        return exec(container, List.of("cat"), options, streams);
    }

    @Override
    public PortStream portForward(String namespace, String pod, String uid, int port) throws IOException {
        if (port > 1023) {
            return new Loopback(new Socket(InetAddress.getLoopbackAddress(), port));
        }
        if (port != 80) {
            throw new IOException("connection refused");
        }
        var input = new PipedInputStream(64 * 1024);
        var pipe = new PipedOutputStream(input);
        var heard = new ByteArrayOutputStream();
        return new PortStream() {
            @Override
            public InputStream input() {
                return input;
            }

            @Override
            public OutputStream output() {
                return new OutputStream() {
                    @Override
                    public void write(int one) {
                        heard.write(one);
                    }

                    @Override
                    public void close() throws IOException {
                        pipe.write(
                                ("heard " + heard.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
                        pipe.close();
                    }
                };
            }

            @Override
            public void close() throws IOException {
                input.close();
            }
        };
    }

    private record Loopback(Socket socket) implements PortStream {
        @Override
        public InputStream input() {
            try {
                return socket.getInputStream();
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        }

        @Override
        public OutputStream output() {
            try {
                return socket.getOutputStream();
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
