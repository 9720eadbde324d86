package dev.jarbor.server.outbound;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One request on a line of its own, which carries nothing after its answer (RFC 9112). */
public final class HttpCall {
    private static final int CHUNK = 32 * 1024;

    private HttpCall() {}

    /** A request with a body that is at hand, or none where that is empty. */
    public static HttpAnswer exchange(Line line, String method, HttpHead head, byte[] body) throws IOException {
        boolean bodiless =
                body.length == 0 && !method.equals("POST") && !method.equals("PUT") && !method.equals("PATCH");
        HttpHead sized = bodiless ? head : head.with("Content-Length", Integer.toString(body.length));
        return exchange(line, method, sized, body.length == 0 ? InputStream.nullInputStream() : source(body), false);
    }

    private static InputStream source(byte[] body) {
        return new java.io.ByteArrayInputStream(body);
    }

    /**
     * A request whose head says how long its body is.
     *
     * @param chunked whether the head says that the body comes in chunks; they are made here
     */
    public static HttpAnswer exchange(Line line, String method, HttpHead head, InputStream body, boolean chunked)
            throws IOException {
        try {
            var output = new BufferedOutputStream(line.output(), CHUNK);
            output.write(head.text().getBytes(StandardCharsets.ISO_8859_1));
            send(body, output, chunked);
            output.flush();
            return HttpAnswer.read(new BufferedInputStream(line.input(), CHUNK), method);
        } catch (SocketTimeoutException late) {
            throw new TimedOutException(late);
        }
    }

    private static void send(InputStream body, OutputStream output, boolean chunked) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
            if (!chunked) {
                output.write(chunk, 0, count);
            } else if (count > 0) {
                output.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                output.write(chunk, 0, count);
                output.write(new byte[] {'\r', '\n'});
                output.flush();
            }
        }
        if (chunked) {
            output.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
