package dev.jarbor.node.cri;

import com.google.protobuf.Message;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.node.runtime.Reply;
import dev.jarbor.runtime.Runtime;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Calls a runtime over its Unix socket. Calls block; each has a deadline. */
final class CriClient implements AutoCloseable {
    static final Duration SHORT = Duration.ofSeconds(15);
    private static final int LARGEST_ANSWER = 16 << 20;
    /** Kept so that its level is: gRPC sets a TCP option on every connection, and netty warns for each Unix socket. */
    private static final Logger BOOTSTRAP = Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap");

    static {
        BOOTSTRAP.setLevel(Level.SEVERE);
    }

    private final Path socket;
    private final MultiThreadIoEventLoopGroup loop;
    private final ManagedChannel channel;

    CriClient(Path socket) {
        this.socket = socket;
        this.loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loop)
                .overrideAuthority("localhost")
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_ANSWER)
                .build();
    }

    /** @throws io.grpc.StatusRuntimeException with the runtime's code and words */
    <A extends Message, B extends Message> B call(MethodDescriptor<A, B> method, A request, Duration deadline) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
        return ClientCalls.blockingUnaryCall(channel, method, options, request);
    }

    <A extends Message, B extends Message> B call(MethodDescriptor<A, B> method, A request) {
        return call(method, request, SHORT);
    }

    /** The answer, or empty where the runtime says that the thing is not there. */
    <A extends Message, B extends Message> Optional<B> find(
            MethodDescriptor<A, B> method, A request, Duration deadline) {
        try {
            return Optional.of(call(method, request, deadline));
        } catch (StatusRuntimeException failed) {
            if (failed.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    <A extends Message, B extends Message> Optional<B> find(MethodDescriptor<A, B> method, A request) {
        return find(method, request, SHORT);
    }

    /** @throws ContainerRuntimeException where the runtime does not answer or refuses */
    <A extends Message, B extends Message> B ask(MethodDescriptor<A, B> method, A request) {
        try {
            return call(method, request);
        } catch (StatusRuntimeException failed) {
            throw new ContainerRuntimeException(
                    "the container runtime at " + socket + " refused " + method.getBareMethodName() + ": "
                            + words(failed),
                    failed);
        }
    }

    /** Carries {@code work} out on a thread of its own and replies with what came of it. */
    static <T> void later(Runtime runtime, String name, Reply<T> reply, Supplier<T> work) {
        runtime.execute(name, () -> {
            Reply.Outcome<T> outcome;
            try {
                outcome = new Reply.Outcome.Ok<>(work.get());
            } catch (StatusRuntimeException failed) {
                outcome = new Reply.Outcome.Failed<>(kindOf(failed), words(failed));
            } catch (ContainerRuntimeException failed) {
                outcome = new Reply.Outcome.Failed<>(Reply.FailureKind.OTHER, String.valueOf(failed.getMessage()));
            }
            reply.completed(outcome);
        });
    }

    private static Reply.FailureKind kindOf(StatusRuntimeException failed) {
        return switch (failed.getStatus().getCode()) {
            case NOT_FOUND -> Reply.FailureKind.NOT_FOUND;
            case DEADLINE_EXCEEDED -> Reply.FailureKind.TIMEOUT;
            case UNIMPLEMENTED -> Reply.FailureKind.UNSUPPORTED;
            default -> Reply.FailureKind.OTHER;
        };
    }

    /** What the runtime said, for people. */
    static String words(StatusRuntimeException failed) {
        String description = failed.getStatus().getDescription();
        return description == null || description.isEmpty()
                ? failed.getStatus().getCode().toString()
                : description;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
