package dev.jarbor.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One member of etcd, as the distribution packages it, on a folder of the benchmark. */
final class EtcdProcess implements AutoCloseable {
    private final Process process;
    private final URI address;

    private EtcdProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Empty where there is no etcd on the path. */
    static Optional<EtcdProcess> start(Path folder) {
        try {
            String client = "http://127.0.0.1:" + freePort();
            String peer = "http://127.0.0.1:" + freePort();
            Process process = new ProcessBuilder(List.of(
                            "etcd",
                            "--data-dir",
                            folder.toString(),
                            "--name",
                            "bench",
                            "--logger",
                            "zap",
                            "--listen-client-urls",
                            client,
                            "--advertise-client-urls",
                            client,
                            "--listen-peer-urls",
                            peer,
                            "--initial-advertise-peer-urls",
                            peer,
                            "--initial-cluster",
                            "bench=" + peer))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return Optional.of(new EtcdProcess(process, URI.create(client)));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    URI address() {
        return address;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
