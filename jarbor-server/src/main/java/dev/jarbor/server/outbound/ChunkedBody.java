package dev.jarbor.server.outbound;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A body in chunks (RFC 9112, section 7.1); trailers are read and dropped. */
final class ChunkedBody extends InputStream {
    private static final int MOST_LINE = 4096;

    private final InputStream input;
    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedBody(InputStream input) {
        this.input = input;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            next();
        }
        if (ended) {
            return -1;
        }
        int count = input.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("unexpected EOF");
        }
        left -= count;
        return count;
    }

    private void next() throws IOException {
        if (begun && !HttpAnswer.line(input, MOST_LINE).isEmpty()) {
            throw new IOException("malformed chunked encoding");
        }
        begun = true;
        String size = HttpAnswer.line(input, MOST_LINE);
        int end = size.indexOf(';');
        String digits = (end < 0 ? size : size.substring(0, end)).strip();
        if (!digits.matches("[0-9a-fA-F]{1,15}")) {
            throw new IOException("invalid byte in chunk length");
        }
        left = Long.parseLong(digits, 16);
        if (left == 0) {
            ended = true;
            for (String trailer = HttpAnswer.line(input, MOST_LINE); !trailer.isEmpty(); ) {
                trailer = HttpAnswer.line(input, MOST_LINE);
            }
        }
    }
}
