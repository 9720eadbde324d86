package dev.jarbor.server.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/** A request in memory; a stream ends as if the client had left. */
final class MemoryExchange implements Exchange {
    private final RequestHead head;
    private final byte[] body;
    private int code;
    private byte[] answer = new byte[0];

    MemoryExchange(RequestHead head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    int code() {
        return code;
    }

    /** What was answered; empty where that was a stream. */
    String answer() {
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public String remote() {
        return "";
    }

    @Override
    public List<X509Certificate> certificates() {
        return List.of();
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public void send(Reply reply) {
        code = reply.code();
        answer = reply.body();
    }

    @Override
    public OutputStream body(Reply head) {
        code = head.code();
        return OutputStream.nullOutputStream();
    }

    @Override
    public Outflow stream(Reply reply) {
        code = reply.code();
        throw new GoneException(new IllegalStateException("nobody reads this"));
    }
}
