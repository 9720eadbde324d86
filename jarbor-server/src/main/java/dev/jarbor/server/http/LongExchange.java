package dev.jarbor.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.http.http2.Http2Flag;
import io.helidon.http.http2.Http2FrameData;
import io.helidon.http.http2.Http2FrameHeader;
import io.helidon.http.http2.Http2FrameTypes;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2RstStream;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.http.http2.Http2WindowUpdate;
import io.helidon.http.http2.StreamFlowControl;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector.SubProtocolHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One request without a body on a stream of HTTP/2 (RFC 9113), spoken frame by frame, so that the end of the stream is
 * known at once.
 */
final class LongExchange implements SubProtocolHandler, Exchange {
    /** What a writer that waits for the client's window is given once the client is gone, so that it comes to its end. */
    private static final int RELEASE = 1 << 24;

    private final Front front;
    private final RequestHead head;
    private final ConnectionContext connection;
    private final Http2StreamWriter writer;
    private final int streamId;
    private final StreamFlowControl flow;
    private Runnable onGone = () -> {};
    private boolean gone;
    private boolean ended;

    LongExchange(
            Front front,
            RequestHead head,
            ConnectionContext connection,
            Http2StreamWriter writer,
            int streamId,
            StreamFlowControl flow) {
        this.front = front;
        this.head = head;
        this.connection = connection;
        this.writer = writer;
        this.streamId = streamId;
        this.flow = flow;
    }

    @Override
    public void init() {
        front.serve(this);
        if (!isGone() && !ended) {
            data(new byte[0], true);
        }
    }

    @Override
    public Http2StreamState streamState() {
        // the request is answered within init: nothing is waited for afterwards
        return Http2StreamState.CLOSED;
    }

    @Override
    public void rstStream(Http2RstStream reset) {
        Runnable action;
        synchronized (this) {
            gone = true;
            action = onGone;
        }
        flow.outbound().incrementStreamWindowSize(RELEASE);
        action.run();
    }

    @Override
    public void windowUpdate(Http2WindowUpdate update) {
        // the web server has counted it already
    }

    @Override
    public void data(Http2FrameHeader header, BufferData data) {
        // such a request has no body
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public List<X509Certificate> certificates() {
        return FaceExchange.certificates(connection);
    }

    @Override
    public String remote() {
        return FaceExchange.remote(connection);
    }

    @Override
    public InputStream body() {
        return InputStream.nullInputStream();
    }

    @Override
    public void send(Reply reply) {
        headers(reply.with("Content-Length", Integer.toString(reply.body().length)));
        data(reply.body(), true);
    }

    @Override
    public OutputStream body(Reply reply) {
        return stream(reply).output();
    }

    @Override
    public Outflow stream(Reply reply) {
        headers(reply);
        return new Frames();
    }

    private void headers(Reply reply) {
        WritableHeaders<?> headers = WritableHeaders.create();
        reply.headers().forEach(header -> headers.add(HeaderNames.create(header.name()), header.value()));
        Http2Headers written = Http2Headers.create(headers).status(Status.create(reply.code()));
        try {
            writer.writeHeaders(
                    written, streamId, Http2Flag.HeaderFlags.create(Http2Flag.END_OF_HEADERS), flow.outbound());
        } catch (RuntimeException left) {
            throw new GoneException(left);
        }
    }

    private void data(byte[] bytes, boolean last) {
        int most = flow.outbound().maxFrameSize();
        int from = 0;
        do {
            int to = Math.min(bytes.length, from + most);
            boolean end = last && to == bytes.length;
            var header = Http2FrameHeader.create(
                    to - from,
                    Http2FrameTypes.DATA,
                    Http2Flag.DataFlags.create(end ? Http2Flag.END_OF_STREAM : 0),
                    streamId);
            BufferData content = BufferData.create(Arrays.copyOfRange(bytes, from, to));
            writer.writeData(new Http2FrameData(header, content), flow.outbound());
            from = to;
        } while (from < bytes.length);
        ended |= last;
    }

    private synchronized boolean isGone() {
        return gone;
    }

    private final class Frames extends OutputStream implements Outflow {
        @Override
        public OutputStream output() {
            return this;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            probe();
            try {
                if (length > 0) {
                    data(Arrays.copyOfRange(bytes, offset, offset + length), false);
                }
            } catch (RuntimeException left) {
                throw new IOException("the client has gone", left);
            }
        }

        @Override
        public void probe() throws IOException {
            if (isGone()) {
                throw new IOException("the client has reset the stream");
            }
        }

        @Override
        public void onGone(Runnable action) {
            boolean late;
            synchronized (LongExchange.this) {
                onGone = action;
                late = gone;
            }
            if (late) {
                action.run();
            }
        }

        @Override
        public void close() throws IOException {
            if (!isGone() && !ended) {
                try {
                    data(new byte[0], true);
                } catch (RuntimeException left) {
                    throw new IOException("the client has gone", left);
                }
            }
        }
    }
}
