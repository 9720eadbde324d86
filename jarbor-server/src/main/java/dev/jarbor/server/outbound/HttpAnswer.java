package dev.jarbor.server.outbound;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came back: the head, and the body as a stream that ends where the answer ends. After an upgrade (101) the body is
 * everything that the other side says on the line.
 *
 * @param code the HTTP status code
 * @param length how many bytes the body has; -1 where only its end tells
 */
public record HttpAnswer(int code, HttpHead head, InputStream body, long length) {
    private static final int MOST_HEAD_BYTES = 1 << 16;

    /**
     * Reads the head of an answer.
     *
     * @param method of the request: an answer to HEAD has no body
     */
    static HttpAnswer read(InputStream input, String method) throws IOException {
        HttpHead head = head(input);
        while (head.code() / 100 == 1 && head.code() != 101) {
            head = head(input);
        }
        int code = head.code();
        if (code == 0) {
            throw new IOException("net/http: HTTP/1.x transport connection broken: malformed HTTP response");
        }
        if (code == 101) {
            return new HttpAnswer(code, head, input, -1);
        }
        if (method.equals("HEAD") || code == 204 || code == 304) {
            return new HttpAnswer(code, head, InputStream.nullInputStream(), 0);
        }
        if (head.lists("Transfer-Encoding", "chunked")) {
            return new HttpAnswer(code, head, new ChunkedBody(input), -1);
        }
        Optional<String> length = head.first("Content-Length");
        if (length.isPresent()) {
            long bytes = bytes(length.get());
            return new HttpAnswer(code, head, new SizedBody(input, bytes), bytes);
        }
        return new HttpAnswer(code, head, input, -1);
    }

    private static long bytes(String length) throws IOException {
        if (!length.matches("[0-9]{1,18}")) {
            throw new IOException("net/http: bad Content-Length \"" + length + "\"");
        }
        return Long.parseLong(length);
    }

    private static HttpHead head(InputStream input) throws IOException {
        int left = MOST_HEAD_BYTES;
        String start = line(input, left);
        var fields = new ArrayList<HttpHead.Field>();
        for (String line = line(input, left); !line.isEmpty(); line = line(input, left)) {
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("net/http: malformed header line in an answer");
            }
            fields.add(new HttpHead.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new HttpHead(start, List.copyOf(fields));
    }

    /** One line without its end, in the bytes-as-characters form of headers. */
    static String line(InputStream input, int most) throws IOException {
        var line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new EOFException("EOF");
            }
            if (line.length() >= most) {
                throw new IOException(
                        "net/http: server response headers exceeded " + MOST_HEAD_BYTES + " bytes; aborted");
            }
            line.append((char) next);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }

    /** The whole body. */
    public byte[] bytes(int most) throws IOException {
        byte[] bytes = body.readNBytes(most + 1);
        if (bytes.length > most) {
            throw new IOException("the response body is larger than " + most + " bytes");
        }
        return bytes;
    }

    /** The whole body as text, where it is no longer than {@code most} bytes; else its beginning. */
    public String text(int most) throws IOException {
        return new String(body.readNBytes(most), StandardCharsets.UTF_8);
    }
}
