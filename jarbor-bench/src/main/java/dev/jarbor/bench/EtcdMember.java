package dev.jarbor.bench;

import dev.jarbor.api.codec.Cbor;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One member of etcd in a process of its own, and a client that only puts: the least that can be asked of it. */
final class EtcdMember implements AutoCloseable {
    /** Enough for a million pods and some history. */
    private static final long QUOTA = 8L << 30;

    private static final MethodDescriptor<byte[], byte[]> PUT = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("etcdserverpb.KV/Put")
            .build();

    private final Process process;
    private final URI address;
    private final ManagedChannel channel;

    private EtcdMember(Process process, URI address, ManagedChannel channel) {
        this.process = process;
        this.address = address;
        this.channel = channel;
    }

    /** Where clients connect. */
    URI address() {
        return address;
    }

    /** Empty where no etcd is on the path. */
    static Optional<EtcdMember> start(Path folder) throws IOException {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "etcd")));
        if (!there) {
            return Optional.empty();
        }
        int port = freePort();
        String url = "http://127.0.0.1:" + port;
        String peers = "http://127.0.0.1:" + freePort();
        Process process = new ProcessBuilder(
                        "etcd",
                        "--data-dir=" + folder,
                        "--quota-backend-bytes=" + QUOTA,
                        "--listen-client-urls=" + url,
                        "--advertise-client-urls=" + url,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=default=" + peers)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .build();
        return Optional.of(new EtcdMember(process, URI.create(url), channel));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Puts the pod of that number, and returns when etcd has it. */
    void put(long number) {
        long name = number % 20_000;
        var request = new ByteArrayOutputStream();
        field(request, 1, ("/registry/pods/default/pod-" + name).getBytes(StandardCharsets.US_ASCII));
        field(request, 2, Cbor.bytes(StoreBenchmark.pod(name)));
        ClientCalls.blockingUnaryCall(channel, PUT, CallOptions.DEFAULT.withWaitForReady(), request.toByteArray());
    }

    /** A field of bytes, as protobuf writes it. */
    private static void field(ByteArrayOutputStream request, int number, byte[] bytes) {
        request.write((number << 3) | 2);
        int length = bytes.length;
        while (length > 0x7f) {
            request.write((length & 0x7f) | 0x80);
            length >>= 7;
        }
        request.write(length);
        request.writeBytes(bytes);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /** Messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
