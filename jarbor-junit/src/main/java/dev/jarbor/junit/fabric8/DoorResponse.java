package dev.jarbor.junit.fabric8;

import dev.jarbor.server.http.Door;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import java.util.Optional;

/** An answer of the door as the Fabric8 client takes it. */
final class DoorResponse<T> extends StandardHttpHeaders implements HttpResponse<T> {
    private final HttpRequest request;
    private final int code;
    private final T body;

    DoorResponse(HttpRequest request, Door.Answer answer, T body) {
        super(answer.headers());
        this.request = request;
        this.code = answer.code();
        this.body = body;
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public T body() {
        return body;
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
        return Optional.empty();
    }
}
