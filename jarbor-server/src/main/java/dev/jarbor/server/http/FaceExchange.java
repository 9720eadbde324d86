package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
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
    private boolean connectionOver;

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
        return request.content().hasEntity() ? request.content().inputStream() : InputStream.nullInputStream();
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
        response.commit();
    }

    private static final class Guarded extends OutputStream {
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
