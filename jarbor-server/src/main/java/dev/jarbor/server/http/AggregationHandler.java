package dev.jarbor.server.http;

import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.aggregation.FrontProxy;
import dev.jarbor.server.aggregation.RemoteService;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.proxy.Links;
import dev.jarbor.server.proxy.ProxyCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests for what another API server serves: authorised here, then passed on to it with the user's name, and its answer
 * passed back.
 */
final class AggregationHandler {
    private static final String OPENAPI = "openapi";

    private final ApiServer server;
    private final Passing passing;

    AggregationHandler(ApiServer server, Passing passing) {
        this.server = server;
        this.passing = passing;
    }

    /** Who answers a request instead of this server; empty where nobody does. */
    Optional<RemoteService> takes(RequestHead head) {
        List<String> parts = head.segments();
        boolean schema = parts.size() == 5
                && parts.get(0).equals(OPENAPI)
                && parts.get(1).equals("v3");
        List<String> path = schema ? parts.subList(2, 5) : parts;
        return path.size() >= 3 && path.getFirst().equals("apis")
                ? server.aggregation().remote(path.get(1), path.get(2))
                : Optional.empty();
    }

    /** @param target what the request is for; authorising what is no resource is the caller's */
    void handle(User user, RemoteService remote, RequestTarget target, Exchange exchange) {
        authorize(user, target, exchange.head(), exchange.audit().annotations());
        if (!remote.available()) {
            unavailable(exchange, "service unavailable");
            return;
        }
        ProxyCall call = call(user, remote, exchange.head());
        try (Line line = connect(remote)) {
            passing.pass(call, line, new Links("", call.host(), call.host()), exchange);
        } catch (IOException failure) {
            unavailable(exchange, "error trying to reach service: " + failure.getMessage());
        }
    }

    /** What the connection becomes where the other server takes the upgrade. */
    Optional<Upgrade> upgrade(
            User user, RemoteService remote, RequestTarget target, RequestHead head, AuditAnnotations annotations) {
        authorize(user, target, head, annotations);
        if (!remote.available()) {
            return Optional.empty();
        }
        try {
            return passing.upgrade(call(user, remote, head), connect(remote));
        } catch (IOException failure) {
            // answered in HTTP, where the same happens
            return Optional.empty();
        }
    }

    private void authorize(User user, RequestTarget target, RequestHead head, AuditAnnotations annotations) {
        if (target instanceof RequestTarget.Resource resource) {
            Verb verb = RequestTarget.verb(head.method(), resource, head.query().bool("watch"))
                    .orElse(Verb.GET);
            server.authorize(user, ApiRequest.of(verb, resource.path()), annotations);
        }
    }

    private Line connect(RemoteService remote) throws IOException {
        try {
            return ProxyCall.connect(
                    server.backends().resolve(remote.namespace(), remote.service(), remote.port()),
                    new ProxyCall.Security(
                            server.aggregation().proxy().context(remote), remote.serverName(), !remote.unverified()));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(malformed.getMessage(), malformed);
        }
    }

    private static ProxyCall call(User user, RemoteService remote, RequestHead head) {
        var added = new ArrayList<HttpHead.Field>(FrontProxy.headers(user));
        added.addAll(Passing.forwarded(head.rawPath()));
        String query = head.rawQuery().isEmpty() ? "" : "?" + head.rawQuery();
        return new ProxyCall(
                head.method(),
                head.rawPath() + query,
                remote.serverName() + ":" + remote.port(),
                head.headers(),
                added);
    }

    private static void unavailable(Exchange exchange, String why) {
        exchange.send(Reply.of(503, "text/plain; charset=utf-8", (why + "\n").getBytes(StandardCharsets.UTF_8))
                .with("X-Content-Type-Options", "nosniff"));
    }
}
