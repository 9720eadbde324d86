package dev.jarbor.server.http;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.StoredServices;
import dev.jarbor.server.StoredServices.Place;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.proxy.Links;
import dev.jarbor.server.proxy.ProxyCall;
import dev.jarbor.server.proxy.ProxyName;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * The proxy subresources of pods, services and nodes: every method and path is passed on, TLS is spoken where the URL
 * says {@code https:}, and links in the answers lead back through the proxy.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/">Access Services
 *     Running on Clusters</a>
 */
final class ProxyHandler {
    private static final Set<String> RESOURCES = Set.of("pods", "services", "nodes");

    private final ApiServer server;
    private final Passing passing;
    private final SSLContext unverified = TlsContexts.trustingAnyone();

    ProxyHandler(ApiServer server, Passing passing) {
        this.server = server;
        this.passing = passing;
    }

    /** Whether {@code target} is answered here. */
    boolean takes(RequestTarget.Resource target) {
        ResourcePath path = target.path();
        return path.group().isEmpty()
                && path.version().equals("v1")
                && path.subresource().equals("proxy")
                && RESOURCES.contains(path.plural());
    }

    void handle(User user, RequestTarget.Resource target, Exchange exchange) {
        RequestHead head = exchange.head();
        Route route = route(user, target, head, exchange.audit().annotations());
        boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
        if (route.path().isEmpty() && reads) {
            String query = head.rawQuery().isEmpty() ? "" : "?" + head.rawQuery();
            exchange.send(Reply.empty(301).with("Location", head.rawPath() + "/" + query));
            return;
        }
        try (Line line = connect(route)) {
            passing.pass(route.call(head), line, route.links(head), exchange);
        } catch (IOException failure) {
            throw unreachable(failure);
        }
    }

    /** What the connection becomes where whom it is for takes the upgrade; empty where the answer is plain HTTP. */
    Optional<Upgrade> upgrade(
            User user, RequestTarget.Resource target, RequestHead head, AuditAnnotations annotations) {
        Route route = route(user, target, head, annotations);
        try {
            return passing.upgrade(route.call(head), connect(route));
        } catch (IOException failure) {
            throw unreachable(failure);
        }
    }

    private static ApiException unreachable(IOException failure) {
        return ApiException.serviceUnavailable("error trying to reach service: " + failure.getMessage());
    }

    /**
     * Where one request goes.
     *
     * @param path behind the proxy, as it was sent; "" for the bare name of the proxy
     * @param prefix the path of the proxy itself
     */
    private record Route(Place place, boolean https, String path, String prefix) {
        ProxyCall call(RequestHead head) {
            String target = (path.isEmpty() ? "/" : path) + (head.rawQuery().isEmpty() ? "" : "?" + head.rawQuery());
            return new ProxyCall(head.method(), target, host(head), head.headers(), Passing.forwarded(head.rawPath()));
        }

        private String host(RequestHead head) {
            return head.header("host").isEmpty() ? place.host() : head.header("host");
        }

        Links links(RequestHead head) {
            return new Links(prefix, place.host(), host(head));
        }
    }

    private Line connect(Route route) throws IOException {
        String host = route.place().host();
        return route.https()
                ? ProxyCall.connect(
                        route.place().dialer(),
                        new ProxyCall.Security(unverified, host.substring(0, host.lastIndexOf(':')), false))
                : ProxyCall.connect(route.place().dialer());
    }

    private Route route(User user, RequestTarget.Resource target, RequestHead head, AuditAnnotations annotations) {
        ResourcePath path = target.path();
        server.authorize(user, ApiRequest.of(verb(head.method()), path), annotations);
        int prefix = end(head.rawPath(), path.namespace().isEmpty() ? 5 : 7);
        String rest = head.rawPath().substring(prefix);
        GroupVersionKind kind = Served.resource(server, path)
                .definition()
                .subresource("proxy")
                .orElseThrow(ApiException::unknownResource)
                .kind();
        server.admitConnection(user, path, ConnectOptions.of("proxy", kind, rest, head), annotations);
        String what = path.plural().substring(0, path.plural().length() - 1);
        ProxyName name = ProxyName.parse(path.name())
                .orElseThrow(
                        () -> ApiException.badRequest("invalid " + what + " request " + GoText.quote(path.name())));
        return new Route(place(path, name), name.https(), rest, head.rawPath().substring(0, prefix));
    }

    private Place place(ResourcePath path, ProxyName name) {
        StoredServices backends = server.backends();
        return switch (path.plural()) {
            case "pods" -> backends.pod(path.namespace(), name);
            case "services" -> backends.service(path.namespace(), name);
            default -> backends.node(name);
        };
    }

    private static Verb verb(String method) {
        return switch (method) {
            case "POST" -> Verb.CREATE;
            case "PUT" -> Verb.UPDATE;
            case "PATCH" -> Verb.PATCH;
            case "DELETE" -> Verb.DELETE;
            default -> Verb.GET;
        };
    }

    /** Where the first so many segments of a path end. */
    private static int end(String path, int segments) {
        int at = 0;
        for (int i = 0; i < segments; i++) {
            while (at < path.length() && path.charAt(at) == '/') {
                at++;
            }
            while (at < path.length() && path.charAt(at) != '/') {
                at++;
            }
        }
        return at;
    }
}
