package dev.jarbor.junit.fabric8;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.http.Door;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.http.WebSocketUpgradeResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries requests through a {@link Door}. A request is answered on the thread that sends it, so that a condition that
 * the cluster's time waits for may ask, too; streams have a thread of their own.
 */
final class DoorHttpClient extends StandardHttpClient<DoorHttpClient, DoorHttpFactory, DoorHttpBuilder> {
    private final Door door;
    private final Runtime runtime;

    /** @param runtime of the streams; ends with the client, and those derived from it */
    DoorHttpClient(DoorHttpBuilder builder, Door door, Runtime runtime, AtomicBoolean closed) {
        super(builder, closed);
        this.door = door;
        this.runtime = runtime;
    }

    DoorHttpClient derived(DoorHttpBuilder other) {
        return new DoorHttpClient(other, door, runtime, getClosed());
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        try {
            Door.Answer answer = door.call(DoorRequests.of(request));
            return completedFuture(new DoorResponse<>(request, answer, new DoorBody(answer.body(), consumer, runtime)));
        } catch (IOException failure) {
            return failedFuture(failure);
        }
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
            StandardWebSocketBuilder asked, WebSocket.Listener listener) {
        StandardHttpRequest request = asked.asHttpRequest();
        try {
            Door.Answer answer = door.call(DoorRequests.webSocket(request, asked.getSubprotocol()));
            var head = new WebSocketUpgradeResponse(request, answer.code(), answer.headers());
            if (answer.code() != 101) {
                String refusal = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
                return completedFuture(new WebSocketResponse(head, new IOException(refusal)));
            }
            var socket = new DoorWebSocket(answer, listener);
            socket.open(runtime);
            return completedFuture(new WebSocketResponse(head, socket));
        } catch (IOException failure) {
            return failedFuture(failure);
        }
    }

    @Override
    protected void doClose() {
        runtime.close();
    }
}
