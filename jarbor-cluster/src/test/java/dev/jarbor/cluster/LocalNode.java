package dev.jarbor.cluster;

import dev.jarbor.client.NodeConnection;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A node whose containers are folders on this machine: commands run as processes there, ports are those of the loopback.
 * It is what clients stream to and from where there are no containers; the protocols in between are the real ones.
 */
final class LocalNode implements NodeConnection {
    private static final List<String> LOG = List.of("first", "second", "third");

    private final Path root;
    private final Runtime runtime;

    LocalNode(Path root, Runtime runtime) {
        this.root = root;
        this.runtime = runtime;
    }

    /** Where a pod's container has its files. */
    Path folder(String pod) {
        try {
            return Files.createDirectories(root.resolve(pod));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Three lines, the last {@code tailLines} of them. */
    @Override
    public void logs(ContainerRef container, LogOptions options, OutputStream sink) throws IOException {
        long tail = options.tailLines() < 0 ? LOG.size() : Math.min(options.tailLines(), LOG.size());
        for (String line : LOG.subList((int) (LOG.size() - tail), LOG.size())) {
            String time = options.timestamps() ? "2030-01-01T00:00:00.000000000Z " : "";
            sink.write((time + line + "\n").getBytes(StandardCharsets.UTF_8));
            sink.flush();
        }
    }

    @Override
    public NodeUsage usage() throws IOException {
        throw new IOException("nothing is measured here");
    }

    @Override
    public int exec(ContainerRef container, List<String> command, StreamOptions options, Streams streams)
            throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder(container.pod()).toFile())
                .start();
        if (options.stdin()) {
            runtime.execute("input", () -> copy(streams.stdin(), process.getOutputStream()));
        } else {
            process.getOutputStream().close();
        }
        var said = new CountDownLatch(1);
        runtime.execute("errors", () -> {
            copyKeeping(process.getErrorStream(), streams.stderr());
            said.countDown();
        });
        copyKeeping(process.getInputStream(), streams.stdout());
        try {
            said.await();
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            throw new IOException(interrupted);
        }
    }

    /** The container's own process greets and then repeats what it is told. */
    @Override
    public int attach(ContainerRef container, StreamOptions options, Streams streams) throws IOException {
        return exec(container, List.of("sh", "-c", "echo attached; cat"), options, streams);
    }

    @Override
    public PortStream portForward(String namespace, String pod, String uid, int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        return new PortStream() {
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
        };
    }

    private static void copy(InputStream from, OutputStream to) {
        try (to) {
            byte[] bytes = new byte[8192];
            for (int length = from.read(bytes); length >= 0; length = from.read(bytes)) {
                to.write(bytes, 0, length);
                to.flush();
            }
        } catch (IOException ended) {
            // One side is gone: there is nothing more to carry.
        }
    }

    /** Copies to a stream that stays open. */
    private static void copyKeeping(InputStream from, OutputStream to) {
        try {
            byte[] bytes = new byte[8192];
            for (int length = from.read(bytes); length >= 0; length = from.read(bytes)) {
                to.write(bytes, 0, length);
                to.flush();
            }
        } catch (IOException ended) {
            // As above; the process gets a broken pipe.
        }
    }
}
