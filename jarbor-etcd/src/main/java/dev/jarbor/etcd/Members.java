package dev.jarbor.etcd;

import dev.jarbor.runtime.Runtime;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The connections to etcd's members, of which one is preferred until it fails. */
final class Members implements AutoCloseable {
    /** A page of a list is this at most: {@link Loader#PAGE} objects of the greatest size that etcd takes. */
    private static final int LARGEST_ANSWER = 512 << 20;

    private final List<Member> members;
    private final AtomicInteger preferred;

    /** One member of the cluster. */
    record Member(int number, URI address, ManagedChannel channel) {}

    /** @throws IllegalArgumentException when certificates or key cannot be read */
    Members(EtcdSettings settings, Runtime runtime) {
        ChannelCredentials tls = tls(settings.tls());
        List<URI> addresses = settings.members();
        this.members = IntStream.range(0, addresses.size())
                .mapToObj(number -> new Member(number, addresses.get(number), channel(addresses.get(number), tls)))
                .toList();
        // Several servers do not all lean on the member that is named first.
        this.preferred = new AtomicInteger(runtime.random().nextInt(addresses.size()));
    }

    private static ManagedChannel channel(URI address, ChannelCredentials tls) {
        ChannelCredentials credentials =
                address.getScheme().equals("https") ? tls : InsecureChannelCredentials.create();
        return Grpc.newChannelBuilderForAddress(address.getHost(), address.getPort(), credentials)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(3, TimeUnit.SECONDS)
                .maxInboundMessageSize(LARGEST_ANSWER)
                .build();
    }

    private static ChannelCredentials tls(EtcdSettings.Tls tls) {
        try {
            TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
            if (!tls.authorities().isEmpty()) {
                builder.trustManager(stream(tls.authorities()));
            }
            if (!tls.certificate().isEmpty()) {
                builder.keyManager(stream(tls.certificate()), stream(tls.key()));
            }
            return builder.build();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "etcd's certificates cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
    }

    int count() {
        return members.size();
    }

    Member preferred() {
        return members.get(preferred.get());
    }

    /** That one failed: prefers the next, unless somebody else has turned away from it already. */
    void avoid(Member failed) {
        int next = (failed.number() + 1) % members.size();
        preferred.compareAndSet(failed.number(), next);
        // A member that was away is tried at once when its turn comes, not after minutes.
        ManagedChannel channel = members.get(next).channel();
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    @Override
    public void close() {
        members.forEach(member -> member.channel().shutdownNow());
    }
}
