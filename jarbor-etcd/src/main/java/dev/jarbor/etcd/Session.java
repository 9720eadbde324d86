package dev.jarbor.etcd;

import dev.jarbor.etcd.proto.AuthenticateRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;

/** Who the store is to etcd: the token that goes with each call, got anew whenever etcd knows it no longer. */
final class Session {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    /** A member without a leader is to say so instead of keeping a watch that hears nothing. */
    private static final Metadata.Key<String> WITH_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private static final int SECONDS = 3;

    private final EtcdSettings.Login login;
    private final Object logins = new Object();
    private volatile String token = "";

    Session(EtcdSettings.Login login) {
        this.login = login;
    }

    /** The token in use; "" before the first login. */
    String token() {
        return token;
    }

    /** The member's channel for calls with {@code token}. */
    Channel with(Channel channel, String token) {
        var headers = new Metadata();
        headers.put(WITH_LEADER, "true");
        if (!token.isEmpty()) {
            headers.put(TOKEN, token);
        }
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    boolean needsLogin() {
        return !login.user().isEmpty() && token.isEmpty();
    }

    /**
     * Gets a token in the place of {@code former}, unless somebody else just has.
     *
     * @throws io.grpc.StatusRuntimeException when etcd refuses
     */
    void renew(String former, Channel channel) {
        synchronized (logins) {
            if (!token.equals(former) || login.user().isEmpty()) {
                return;
            }
            AuthenticateRequest request = AuthenticateRequest.newBuilder()
                    .setName(login.user())
                    .setPassword(login.password())
                    .build();
            token = ClientCalls.blockingUnaryCall(
                            channel,
                            EtcdMethods.AUTHENTICATE,
                            CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS),
                            request)
                    .getToken();
        }
    }
}
