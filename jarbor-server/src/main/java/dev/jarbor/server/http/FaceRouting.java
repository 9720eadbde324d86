package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import io.helidon.http.Header;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Hands every request of the web server to the front, instead of routing by path. */
final class FaceRouting implements HttpRouting {
    private final Supplier<Front> front;
    private final Runtime runtime;
    private final HttpSecurity security = HttpSecurity.create();

    FaceRouting(Supplier<Front> front, Runtime runtime) {
        this.front = front;
        this.runtime = runtime;
    }

    @Override
    public void route(ConnectionContext connection, RoutingRequest request, RoutingResponse response) {
        FaceExchange exchange;
        try {
            exchange = new FaceExchange(connection, request, response, runtime);
        } catch (ApiException malformed) {
            // a path that cannot be decoded names nothing that could answer
            response.status(Status.BAD_REQUEST_400).send("400 Bad Request");
            return;
        }
        front.get().serve(exchange);
        exchange.finish();
    }

    @Override
    public HttpSecurity security() {
        return security;
    }

    static RequestHead head(HttpPrologue prologue, Iterable<Header> headers) {
        return RequestHead.of(
                prologue.method().text(),
                prologue.uriPath().rawPath(),
                prologue.query().rawValue(),
                byName(headers));
    }

    private static SortedMap<String, List<String>> byName(Iterable<Header> headers) {
        var byName = new TreeMap<String, List<String>>();
        headers.forEach(header -> byName.put(header.name().toLowerCase(Locale.ROOT), List.copyOf(header.allValues())));
        return byName;
    }
}
