package dev.jarbor.junit.official;

import dev.jarbor.server.http.Door;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads a request as HTTP/1.1 writes it (RFC 9112). */
final class RequestText {
    private final ByteArrayInputStream text;

    private RequestText(byte[] text) {
        this.text = new ByteArrayInputStream(text);
    }

    /** @throws IOException where the text is no whole request */
    static Door.Request parse(byte[] text) throws IOException {
        return new RequestText(text).request();
    }

    private Door.Request request() throws IOException {
        String[] first = line().split(" ", 3);
        if (first.length < 3) {
            throw new IOException("no request line: " + String.join(" ", first));
        }
        Door.Request head = Door.Request.of(first[0], first[1]);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            head = head.with(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return new Door.Request(head.method(), head.target(), head.headers(), body(head));
    }

    private byte[] body(Door.Request head) throws IOException {
        if (head.headers().containsKey("transfer-encoding")) {
            return chunks();
        }
        return head.headers().containsKey("content-length")
                ? bytes(Integer.parseInt(head.headers().get("content-length").getFirst()))
                : new byte[0];
    }

    private byte[] chunks() throws IOException {
        var whole = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            whole.writeBytes(bytes(length));
            line();
            if (length == 0) {
                return whole.toByteArray();
            }
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = text.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the body ends early");
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int one = text.read(); one != '\n'; one = text.read()) {
            if (one < 0) {
                throw new EOFException("the head of the request ends early");
            }
            if (one != '\r') {
                line.write(one);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
