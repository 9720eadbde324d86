package dev.jarbor.kms;

import com.google.protobuf.ByteString;
import dev.jarbor.kms.proto.DecryptRequest;
import dev.jarbor.kms.proto.DecryptResponse;
import dev.jarbor.kms.proto.EncryptRequest;
import dev.jarbor.kms.proto.EncryptResponse;
import dev.jarbor.kms.proto.StatusResponse;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A KMS plugin: a gRPC server on a Unix socket that keeps AES keys by their ids. */
final class ServedPlugin implements AutoCloseable {
    final AtomicInteger calls = new AtomicInteger();
    private final Map<String, byte[]> keys = new TreeMap<>();
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Server server;
    private volatile String current = "";

    ServedPlugin(Path socket) throws IOException {
        useKey("key-1");
        server = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(ServerServiceDefinition.builder(KmsMethods.SERVICE)
                        .addMethod(KmsMethods.STATUS, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext(StatusResponse.newBuilder()
                                    .setVersion("v2")
                                    .setHealthz("ok")
                                    .setKeyId(current)
                                    .build());
                            answer.onCompleted();
                        }))
                        .addMethod(KmsMethods.ENCRYPT, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext(encrypt(request));
                            answer.onCompleted();
                        }))
                        .addMethod(KmsMethods.DECRYPT, ServerCalls.asyncUnaryCall((request, answer) -> {
                            try {
                                answer.onNext(decrypt(request));
                                answer.onCompleted();
                            } catch (GeneralSecurityException wrong) {
                                answer.onError(Status.INVALID_ARGUMENT
                                        .withDescription("that is not of mine")
                                        .asRuntimeException());
                            }
                        }))
                        .build())
                .build()
                .start();
    }

    /** Seals with another key from now on; the former ones still open. */
    void useKey(String id) {
        keys.computeIfAbsent(id, absent -> random(16));
        current = id;
    }

    private EncryptResponse encrypt(EncryptRequest request) {
        calls.incrementAndGet();
        byte[] nonce = random(12);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, current, nonce)
                    .doFinal(request.getPlaintext().toByteArray());
            return EncryptResponse.newBuilder()
                    .setKeyId(current)
                    .setCiphertext(ByteString.copyFrom(sealed))
                    .putAnnotations("nonce.example.com", ByteString.copyFrom(nonce))
                    .build();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private DecryptResponse decrypt(DecryptRequest request) throws GeneralSecurityException {
        calls.incrementAndGet();
        byte[] nonce = request.getAnnotationsOrDefault("nonce.example.com", ByteString.EMPTY)
                .toByteArray();
        byte[] plain = cipher(Cipher.DECRYPT_MODE, request.getKeyId(), nonce)
                .doFinal(request.getCiphertext().toByteArray());
        return DecryptResponse.newBuilder()
                .setPlaintext(ByteString.copyFrom(plain))
                .build();
    }

    private Cipher cipher(int mode, String keyId, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(Objects.requireNonNull(keys.get(keyId)), "AES"),
                new GCMParameterSpec(128, nonce));
        return cipher;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        server.shutdownNow();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
