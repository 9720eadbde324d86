package dev.jarbor.server.http;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer while it is encoded. A short one is sent whole when it is closed, with its length. A longer one leaves
 * while the rest of it is encoded, compressed where that is wanted, so that a list takes no more memory than this, however
 * long it is. One that is not closed is cut off, and the client notices.
 */
final class AnswerBody extends OutputStream {
    /** Smaller answers are not worth compressing, as in the reference. */
    static final int WHOLE = 128 * 1024;

    private static final int PIECE = 32 * 1024;

    private final Exchange exchange;
    private final Reply head;
    private final boolean compressed;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(1024);
    private @Nullable OutputStream leaving;

    /** @param compressed whether the client takes that, and may have it */
    AnswerBody(Exchange exchange, Reply head, boolean compressed) {
        this.exchange = exchange;
        this.head = head;
        this.compressed = compressed;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (leaving == null && kept.size() + length < WHOLE) {
            kept.write(bytes, offset, length);
        } else {
            leaving().write(bytes, offset, length);
        }
    }

    private OutputStream leaving() throws IOException {
        OutputStream known = leaving;
        if (known != null) {
            return known;
        }
        OutputStream begun = compressed
                ? new FastGzip(
                        exchange.body(head.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding")))
                : new BufferedOutputStream(exchange.body(head), PIECE);
        leaving = begun;
        kept.writeTo(begun);
        kept.reset();
        return begun;
    }

    @Override
    public void close() throws IOException {
        if (leaving == null) {
            exchange.send(head.withBody(kept.toByteArray()));
        } else {
            leaving.close();
        }
    }

    /** The fastest level, as the reference chooses it: the network is rarely slower than that. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream target) throws IOException {
            super(target, PIECE);
            def.setLevel(1);
        }
    }
}
