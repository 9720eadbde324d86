package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/** One request as the web server brings it. */
final class FaceExchange implements Exchange {
    private final ConnectionContext connection;
    private final RoutingRequest request;
    private final RoutingResponse response;
    private final Runtime runtime;
    private final RequestHead head;
    private volatile boolean connectionOver;
    private volatile boolean awaitsBody;
    private volatile boolean givenUp;
    private boolean cutShort;

    FaceExchange(ConnectionContext connection, RoutingRequest request, RoutingResponse response, Runtime runtime) {
        this.connection = connection;
        this.request = request;
        this.response = response;
        this.runtime = runtime;
        this.head = FaceRouting.head(request.prologue(), request.headers());
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public List<X509Certificate> certificates() {
        return certificates(connection);
    }

    @Override
    public String remote() {
        return remote(connection);
    }

    static String remote(ConnectionContext connection) {
        return connection.remotePeer().address() instanceof InetSocketAddress socket
                ? socket.getAddress().getHostAddress()
                : "";
    }

    static List<X509Certificate> certificates(ConnectionContext connection) {
        return connection.remotePeer().tlsCertificates().stream()
                .flatMap(Arrays::stream)
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }

    @Override
    public InputStream body() {
        return request.content().hasEntity()
                ? new Awaited(request.content().inputStream())
                : InputStream.nullInputStream();
    }

    @Override
    public boolean giveUp(Reply reply) {
        if (!awaitsBody) {
            return false;
        }
        givenUp = true;
        if (!isHttp1()) {
            return false;
        }
        connectionOver = true;
        String length = "Content-Length: " + reply.body().length;
        try {
            byte[] head = ChunkedAnswer.head(reply, Status.create(reply.code()).reasonPhrase(), length, runtime);
            connection
                    .dataWriter()
                    .writeNow(BufferData.create(BufferData.create(head), BufferData.create(reply.body())));
        } catch (RuntimeException gone) {
            // then nobody is there to be told
        }
        return true;
    }

    /** Knows whether a part of the body is being waited for, and ends where it is waited for no longer. */
    private final class Awaited extends FilterInputStream {
        Awaited(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            awaitsBody = true;
            int read = super.read(target, offset, length);
            awaitsBody = false;
            // the web server takes an interruption in HTTP/2 for a part of the body without bytes, and would wait again
            if (givenUp) {
                throw new IOException("the body did not come in time");
            }
            return read;
        }
    }

    private boolean isHttp1() {
        return request.prologue().protocolVersion().startsWith("1");
    }

    private void begin(Reply reply) {
        response.status(Status.create(reply.code()));
        reply.headers().forEach(header -> response.headers().add(HeaderNames.create(header.name()), header.value()));
    }

    @Override
    public void send(Reply reply) {
        begin(reply);
        try {
            if (reply.code() == 304 || reply.body().length == 0) {
                response.send();
            } else {
                response.send(reply.body());
            }
        } catch (UncheckedIOException | io.helidon.webserver.ServerConnectionException gone) {
            throw new GoneException(gone);
        }
    }

    @Override
    public OutputStream body(Reply reply) {
        begin(reply);
        cutShort = true;
        return new Guarded(response.outputStream()) {
            @Override
            public void close() throws IOException {
                super.close();
                cutShort = false;
            }
        };
    }

    @Override
    public Outflow stream(Reply reply) {
        if (isHttp1()) {
            connectionOver = true;
            return new ChunkedAnswer(connection, runtime, reply);
        }
        begin(reply);
        return new Http2Outflow(response.outputStream());
    }

    /** Ends the answer: whatever the web server still holds back of it is sent. */
    void finish() {
        if (connectionOver) {
            throw new CloseConnectionException("a streamed answer is the last one of its connection");
        }
        if (cutShort) {
            throw new CloseConnectionException("an answer broke off: its client must not take it for whole");
        }
        response.commit();
    }

    private static class Guarded extends OutputStream {
        private final OutputStream output;

        Guarded(OutputStream output) {
            this.output = output;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            guard(() -> output.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            guard(output::flush);
        }

        @Override
        public void close() throws IOException {
            guard(output::close);
        }

        private static void guard(Writing writing) throws IOException {
            try {
                writing.run();
            } catch (RuntimeException gone) {
                throw new IOException("the client has gone", gone);
            }
        }

        private interface Writing {
            void run() throws IOException;
        }
    }

    /** HTTP/2 has a frame for nothing: an empty one finds out whether anybody is there. */
    private record Http2Outflow(OutputStream output) implements Outflow {
        Http2Outflow {
            output = new Guarded(output);
        }

        @Override
        public void probe() throws IOException {
            output.write(new byte[0], 0, 0);
            output.flush();
        }

        @Override
        public void onGone(Runnable action) {
            // told by probing
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
