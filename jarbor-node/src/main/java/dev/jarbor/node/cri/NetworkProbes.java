package dev.jarbor.node.cri;

import dev.jarbor.client.http.AnyCertificate;
import dev.jarbor.node.cri.proto.HealthCheckRequest;
import dev.jarbor.node.cri.proto.HealthCheckResponse;
import dev.jarbor.node.runtime.ProbeAnswer;
import dev.jarbor.node.runtime.ProbeTarget;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Asks HTTP, TCP and gRPC probes. HTTPS certificates are not checked, as in the reference: a probe asks whether the
 * container serves, not who it is. Redirects are not followed; they count as success.
 */
final class NetworkProbes {
    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> CHECK = CriMethods.unary(
            "grpc.health.v1.Health",
            "Check",
            HealthCheckRequest.getDefaultInstance(),
            HealthCheckResponse.getDefaultInstance());
    private static final int LONGEST_STATUS_LINE = 8192;

    ProbeAnswer ask(ProbeTarget target, Duration timeout) {
        if (target.port() <= 0) {
            return ProbeAnswer.failure("couldn't find port of the probe");
        }
        return switch (target) {
            case ProbeTarget.Http http -> http(http, timeout);
            case ProbeTarget.Tcp tcp -> tcp(tcp, timeout);
            case ProbeTarget.Grpc grpc -> grpc(grpc, timeout);
        };
    }

    private static ProbeAnswer http(ProbeTarget.Http target, Duration timeout) {
        String url = target.scheme() + "://" + authority(target) + target.path();
        try (Socket plain = connect(target, timeout);
                Socket socket = target.scheme().equals("https") ? encrypted(plain, target) : plain) {
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            socket.getOutputStream().write(request(target).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            int code = statusCode(socket.getInputStream());
            return code >= 200 && code < 400
                    ? ProbeAnswer.SUCCESS
                    : ProbeAnswer.failure("HTTP probe failed with statuscode: " + code);
        } catch (SocketTimeoutException late) {
            return ProbeAnswer.failure(
                    "Get \"" + url + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (IOException failed) {
            return ProbeAnswer.failure("Get \"" + url + "\": " + reason(target, failed));
        }
    }

    private static Socket connect(ProbeTarget target, Duration timeout) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(target.host(), target.port()), Math.toIntExact(timeout.toMillis()));
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static Socket encrypted(Socket plain, ProbeTarget target) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, target.host(), target.port(), true);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException failed) {
            throw new IOException(failed);
        }
    }

    private static String request(ProbeTarget.Http target) {
        var text = new StringBuilder("GET ").append(target.path()).append(" HTTP/1.1\r\n");
        String host = authority(target);
        boolean agent = false;
        boolean accept = false;
        var headers = new StringBuilder();
        for (ProbeTarget.Header header : target.headers()) {
            switch (header.name().toLowerCase(Locale.ROOT)) {
                case "host" -> {
                    host = header.value();
                    continue;
                }
                case "user-agent" -> agent = true;
                case "accept" -> accept = true;
                default -> {
                    // any other header goes through as it is
                }
            }
            headers.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        text.append("Host: ").append(host).append("\r\n").append(headers);
        if (!agent) {
            text.append("User-Agent: kube-probe/1.36\r\n");
        }
        if (!accept) {
            text.append("Accept: */*\r\n");
        }
        return text.append("Connection: close\r\n\r\n").toString();
    }

    private static int statusCode(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int here = in.read(); here != '\n'; here = in.read()) {
            if (here < 0 || line.length() > LONGEST_STATUS_LINE) {
                throw new IOException("EOF");
            }
            line.append((char) here);
        }
        String[] words = line.toString().strip().split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].matches("[0-9]{3}")) {
            throw new IOException("malformed HTTP response \"" + line.toString().strip() + "\"");
        }
        return Integer.parseInt(words[1]);
    }

    private static ProbeAnswer tcp(ProbeTarget.Tcp target, Duration timeout) {
        try (Socket open = connect(target, timeout)) {
            return open.isConnected() ? ProbeAnswer.SUCCESS : ProbeAnswer.failure("not connected");
        } catch (SocketTimeoutException late) {
            return ProbeAnswer.failure("dial tcp " + authority(target) + ": i/o timeout");
        } catch (IOException failed) {
            return ProbeAnswer.failure(reason(target, failed));
        }
    }

    private static ProbeAnswer grpc(ProbeTarget.Grpc target, Duration timeout) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(target.host(), target.port())
                .usePlaintext()
                .userAgent("kube-probe/1.36")
                .build();
        try {
            var answer = ClientCalls.blockingUnaryCall(
                    channel,
                    CHECK,
                    CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                    HealthCheckRequest.newBuilder().setService(target.service()).build());
            return answer.getStatus() == HealthCheckResponse.ServingStatus.SERVING
                    ? ProbeAnswer.SUCCESS
                    : ProbeAnswer.failure("service unhealthy (responded with \"" + answer.getStatus() + "\")");
        } catch (StatusRuntimeException failed) {
            return ProbeAnswer.failure(
                    switch (failed.getStatus().getCode()) {
                        case DEADLINE_EXCEEDED ->
                            "timeout: health rpc did not complete within " + timeout.toSeconds() + "s";
                        case UNIMPLEMENTED ->
                            "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)";
                        default -> "error: health rpc probe failed: " + CriClient.words(failed);
                    });
        } finally {
            channel.shutdownNow();
        }
    }

    private static String reason(ProbeTarget target, IOException failed) {
        return failed instanceof ConnectException
                ? "dial tcp " + authority(target) + ": connect: connection refused"
                : String.valueOf(failed.getMessage());
    }

    private static String authority(ProbeTarget target) {
        String host = target.host().contains(":") ? "[" + target.host() + "]" : target.host();
        return host + ":" + target.port();
    }
}
