package dev.jarbor.kms;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.jarbor.kms.proto.DecryptRequest;
import dev.jarbor.kms.proto.EncryptRequest;
import dev.jarbor.kms.proto.EncryptResponse;
import dev.jarbor.kms.proto.StatusRequest;
import dev.jarbor.kms.proto.StatusResponse;
import dev.jarbor.store.sealing.EncryptionConfiguration;
import dev.jarbor.store.sealing.KeyService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import java.net.URI;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A KMS plugin of version 2, behind its Unix socket. A call waits for a plugin that is not there yet, as long as calls may
 * take.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/">Using a KMS provider</a>
 */
public final class KmsPlugin implements KeyService {
    /** gRPC sets an option that Unix sockets have not, and warns of it at every connection. Kept, or it is collected. */
    private static final Logger BOOTSTRAP = Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap");

    static {
        BOOTSTRAP.setLevel(Level.SEVERE);
    }

    private final Duration timeout;
    private final MultiThreadIoEventLoopGroup loop;
    private final ManagedChannel channel;

    /** Connects when the first call is made. */
    public KmsPlugin(EncryptionConfiguration.Kms settings) {
        this.timeout = settings.timeout();
        this.loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket(settings.endpoint())))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
    }

    /** The name of the socket: a path, or an abstract one where it begins with {@code @}. */
    private static String socket(String endpoint) {
        String rest = endpoint.substring(URI.create(endpoint).getScheme().length() + 1);
        String path = rest.startsWith("//") ? rest.substring(2) : rest;
        return path.startsWith("/@") || path.startsWith("@") ? "\0" + path.substring(path.indexOf('@') + 1) : path;
    }

    @Override
    public Status status() throws FailedCall {
        StatusResponse answer = call(KmsMethods.STATUS, StatusRequest.getDefaultInstance());
        return new Status(answer.getVersion(), answer.getHealthz(), answer.getKeyId());
    }

    @Override
    public Wrapped encrypt(String uid, byte[] plain) throws FailedCall {
        EncryptResponse answer = call(
                KmsMethods.ENCRYPT,
                EncryptRequest.newBuilder()
                        .setUid(uid)
                        .setPlaintext(ByteString.copyFrom(plain))
                        .build());
        var annotations = new TreeMap<String, byte[]>();
        answer.getAnnotationsMap().forEach((name, value) -> annotations.put(name, value.toByteArray()));
        return new Wrapped(answer.getCiphertext().toByteArray(), answer.getKeyId(), annotations);
    }

    @Override
    public byte[] decrypt(String uid, Wrapped wrapped) throws FailedCall {
        var request = DecryptRequest.newBuilder()
                .setUid(uid)
                .setKeyId(wrapped.keyId())
                .setCiphertext(ByteString.copyFrom(wrapped.cipherText()));
        wrapped.annotations().forEach((name, value) -> request.putAnnotations(name, ByteString.copyFrom(value)));
        return call(KmsMethods.DECRYPT, request.build()).getPlaintext().toByteArray();
    }

    private <A extends Message, B extends Message> B call(MethodDescriptor<A, B> method, A request) throws FailedCall {
        CallOptions options =
                CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, method, options, request);
        } catch (StatusRuntimeException failed) {
            throw new FailedCall(words(failed), failed);
        }
    }

    /** As clients in Go print it. */
    private static String words(StatusRuntimeException failed) {
        io.grpc.Status status = failed.getStatus();
        String description = switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "context deadline exceeded";
            default -> String.valueOf(status.getDescription());
        };
        return "rpc error: code = " + GoCodes.word(status.getCode()) + " desc = " + description;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
