package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.http.Exchange.Outflow;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;

/**
 * A streamed answer in HTTP/1.1 (RFC 9112, section 7.1), written to the connection itself. The web server's own stream
 * keeps the head of an answer back until the body begins, but whoever starts a watch waits for the head.
 *
 * <p>The connection carries nothing after this answer. So it can be read meanwhile, which tells at once when the client
 * leaves.
 */
final class ChunkedAnswer implements Outflow {
    private final ConnectionContext connection;
    private final Runtime runtime;
    private final OutputStream output;
    private volatile boolean gone;
    private boolean closed;

    /** Sends the head. */
    ChunkedAnswer(ConnectionContext connection, Runtime runtime, Reply head) {
        this.connection = connection;
        this.runtime = runtime;
        this.output = new Chunks();
        try {
            write(head(head, "OK", "Transfer-Encoding: chunked", runtime));
        } catch (IOException left) {
            throw new GoneException(left);
        }
    }

    /** The head of an answer that is the last one of its connection. */
    static byte[] head(Reply reply, String reason, String framing, Runtime runtime) {
        var text = new StringBuilder("HTTP/1.1 " + reply.code() + " " + reason + "\r\n");
        text.append("Date: ")
                .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        runtime.now().atOffset(ZoneOffset.UTC)))
                .append("\r\nConnection: close\r\n")
                .append(framing)
                .append("\r\n");
        reply.headers()
                .forEach(header -> text.append(header.name())
                        .append(": ")
                        .append(header.value())
                        .append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void probe() throws IOException {
        if (gone) {
            throw new IOException("the client has closed the connection");
        }
    }

    @Override
    public void onGone(Runnable action) {
        runtime.execute("end of a stream", () -> {
            try {
                connection.dataReader().ensureAvailable();
            } catch (RuntimeException ended) {
                gone = true;
                action.run();
            }
        });
    }

    @Override
    public void close() throws IOException {
        if (!gone && !closed) {
            closed = true;
            write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void write(byte[] bytes) throws IOException {
        try {
            connection.dataWriter().writeNow(BufferData.create(bytes));
        } catch (RuntimeException left) {
            gone = true;
            throw new IOException("the client has gone", left);
        }
    }

    /** Each write is a chunk; an empty one would be the end and is left out. */
    private final class Chunks extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length > 0) {
                var chunk = new ByteArrayOutputStream(length + 16);
                chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                chunk.write(bytes, offset, length);
                chunk.writeBytes(new byte[] {'\r', '\n'});
                ChunkedAnswer.this.write(chunk.toByteArray());
            }
        }
    }
}
