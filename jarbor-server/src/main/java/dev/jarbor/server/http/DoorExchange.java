package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A request of a client in the same process. Where the answer comes while its reader waits for the head, it is gathered;
 * where server and reader are two threads, it goes through a pipe.
 */
final class DoorExchange implements Exchange {
    private final RequestHead head;
    private final byte[] request;
    private final DoorPipe pipe;
    private final boolean streaming;
    private final CompletableFuture<Door.Answer> answer = new CompletableFuture<>();

    /** @param streaming whether another thread reads while this one writes */
    DoorExchange(RequestHead head, byte[] request, boolean streaming, Runtime runtime) {
        this.head = head;
        this.request = request;
        this.streaming = streaming;
        this.pipe = new DoorPipe(runtime);
    }

    /** Done when the head of the answer is known. */
    CompletableFuture<Door.Answer> answer() {
        return answer;
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public List<X509Certificate> certificates() {
        return List.of();
    }

    @Override
    public String remote() {
        return "";
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(request);
    }

    @Override
    public void send(Reply reply) {
        boolean bodiless = head.method().equals("HEAD") || reply.code() == 304;
        answer.complete(Door.Answer.of(
                reply, bodiless ? InputStream.nullInputStream() : new ByteArrayInputStream(reply.body())));
    }

    @Override
    public OutputStream body(Reply reply) {
        if (streaming) {
            answer.complete(Door.Answer.of(reply, pipe.source()));
            return pipe.sink();
        }
        return new ByteArrayOutputStream(4096) {
            @Override
            public void close() {
                send(reply.withBody(toByteArray()));
            }
        };
    }

    @Override
    public Outflow stream(Reply reply) {
        answer.complete(Door.Answer.of(reply, pipe.source()));
        return new Outflow() {
            @Override
            public OutputStream output() {
                return pipe.sink();
            }

            @Override
            public void probe() throws IOException {
                pipe.probe();
            }

            @Override
            public void onGone(Runnable action) {
                pipe.onGone(action);
            }

            @Override
            public void close() throws IOException {
                pipe.sink().close();
            }
        };
    }

    /** The server is done, whatever it did. */
    void finish() {
        pipe.breakOff();
        answer.completeExceptionally(new IOException("the answer broke off"));
    }
}
