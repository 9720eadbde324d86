package dev.jarbor.server.aggregation;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.Reason;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchListener;
import dev.jarbor.client.http.WatchStream;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.outbound.HttpAnswer;
import dev.jarbor.server.outbound.HttpCall;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.outbound.TlsLine;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * Requests of this server's own process for what another server serves: what components ask through their {@code Api}
 * reaches the servers behind this one as requests over the network do.
 */
final class RemoteCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    private final ServiceResolver services;
    private final FrontProxy proxy;

    RemoteCalls(ServiceResolver services, FrontProxy proxy) {
        this.services = services;
        this.proxy = proxy;
    }

    /**
     * What {@code remote} answers to {@code request} of {@code user}; not for watches.
     *
     * @throws ApiException as it refuses, or with reason {@code ServiceUnavailable} where it cannot be reached
     */
    ObjectValue call(User user, ApiRequest request, RemoteService remote) {
        requireAvailable(remote);
        try (Line line = connect(remote)) {
            return Json.object(answer(line, user, request, remote).bytes(MOST_BYTES));
        } catch (DecodeException | IllegalArgumentException | IOException failure) {
            throw unreachable(failure);
        }
    }

    /**
     * A watch that {@code remote} keeps for {@code user}: whoever runs it reads until either side ends it.
     *
     * @throws ApiException as for {@link #call}
     */
    WatchStream watch(User user, ApiRequest request, RemoteService remote, WatchListener listener) {
        requireAvailable(remote);
        try {
            Line line = connect(remote);
            try {
                HttpAnswer answer = answer(line, user, request, remote);
                // Nothing may happen for a long time.
                line.patience(Duration.ZERO);
                return new WatchStream(new LineBody(answer.body(), line), listener);
            } catch (ApiException | DecodeException | IOException failure) {
                line.close();
                throw failure;
            }
        } catch (DecodeException | IllegalArgumentException | IOException failure) {
            throw unreachable(failure);
        }
    }

    private static void requireAvailable(RemoteService remote) {
        if (!remote.available()) {
            throw ApiException.serviceUnavailable("service unavailable");
        }
    }

    /** The answer, where it is not a refusal. */
    private static HttpAnswer answer(Line line, User user, ApiRequest request, RemoteService remote)
            throws IOException {
        byte[] body = request.verb().isWrite() ? Json.bytes(request.body()) : new byte[0];
        String method = method(request.verb());
        HttpAnswer answer = HttpCall.exchange(line, method, head(user, request, remote, method), body);
        if (answer.code() / 100 != 2) {
            throw new ApiException(status(answer.code(), Json.object(answer.bytes(MOST_BYTES))));
        }
        return answer;
    }

    private static ApiException unreachable(Exception failure) {
        ApiException unavailable =
                ApiException.serviceUnavailable("error trying to reach service: " + failure.getMessage());
        return new ApiException(unavailable.status(), failure);
    }

    private static ApiStatus status(int code, ObjectValue said) {
        return said.string("kind").equals("Status")
                ? ApiStatus.read(said)
                : new ApiStatus(false, code, Reason.UNKNOWN.text(), "the server answered with " + code, Details.NONE);
    }

    private Line connect(RemoteService remote) throws IOException {
        Line line = TlsLine.over(
                services.resolve(remote.namespace(), remote.service(), remote.port())
                        .dial(PATIENCE),
                proxy.context(remote),
                remote.serverName(),
                !remote.unverified(),
                PATIENCE);
        line.patience(PATIENCE);
        return line;
    }

    private static HttpHead head(User user, ApiRequest request, RemoteService remote, String method) {
        Query asked = request.verb() == Verb.WATCH ? request.query().with("watch", true) : request.query();
        String query = asked.parameters().entrySet().stream()
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        HttpHead head = HttpHead.request(method, request.path().toUrl() + (query.isEmpty() ? "" : "?" + query))
                .with("Host", remote.serverName() + ":" + remote.port())
                .with("Accept", "application/json")
                .with("Connection", "close")
                .with(
                        "Content-Type",
                        request.verb() == Verb.PATCH ? request.patchType().mediaType() : "application/json");
        for (HttpHead.Field field : FrontProxy.headers(user)) {
            head = head.with(field.name(), field.value());
        }
        return head;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String method(Verb verb) {
        return switch (verb) {
            case GET, LIST, WATCH -> "GET";
            case CREATE -> "POST";
            case UPDATE -> "PUT";
            case PATCH -> "PATCH";
            case DELETE, DELETECOLLECTION -> "DELETE";
        };
    }

    /** A body that ends its line when it is closed: nobody else holds it. */
    private static final class LineBody extends FilterInputStream {
        private final Line line;

        LineBody(InputStream body, Line line) {
            super(body);
            this.line = line;
        }

        @Override
        public void close() throws IOException {
            line.close();
        }
    }
}
