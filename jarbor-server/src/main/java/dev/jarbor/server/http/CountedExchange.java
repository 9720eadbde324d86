package dev.jarbor.server.http;

import dev.jarbor.server.audit.AuditTrail;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * An exchange that knows what was answered, and gives each answer the headers that all have: the id that audit records
 * carry, how the request was classified, and that nobody may cache it unless the answer says so itself.
 */
final class CountedExchange implements Exchange {
    private final Exchange exchange;
    private final List<Reply.Header> headers = new ArrayList<>();
    private final String auditId;
    private Runnable onStream = () -> {};
    private AuditTrail audit = AuditTrail.NONE;
    private volatile int code;
    private long bytes;

    CountedExchange(Exchange exchange, String newAuditId) {
        this.exchange = exchange;
        this.auditId = auditId(exchange.head(), newAuditId);
        add("Audit-Id", auditId);
    }

    /** The client's own id of its request, where it has given one that is no longer than ids are. */
    static String auditId(RequestHead head, String fresh) {
        String given = head.header("audit-id");
        return given.isEmpty() || given.length() > 64 ? fresh : given;
    }

    /** Adds a header to whatever is answered. */
    void add(String name, String value) {
        if (!value.isEmpty()) {
            headers.add(new Reply.Header(name, value));
        }
    }

    /** Calls {@code action} when a streamed answer begins. */
    void onStream(Runnable action) {
        onStream = action;
    }

    /** The id of the request in audit records. */
    String auditId() {
        return auditId;
    }

    /** From now on it is recorded there. */
    void record(AuditTrail trail) {
        audit = trail;
    }

    @Override
    public AuditTrail audit() {
        return audit;
    }

    @Override
    public String remote() {
        return exchange.remote();
    }

    /** The status that was sent; 0 while none was. */
    int code() {
        return code;
    }

    /** The length of the body that was sent; 0 for streams. */
    long bytes() {
        return bytes;
    }

    @Override
    public RequestHead head() {
        return exchange.head();
    }

    @Override
    public List<X509Certificate> certificates() {
        return exchange.certificates();
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public boolean giveUp(Reply reply) {
        boolean sent = exchange.giveUp(complete(reply));
        code = sent ? reply.code() : code;
        return sent;
    }

    @Override
    public void send(Reply reply) {
        code = reply.code();
        bytes = reply.body().length;
        audit.started(code);
        exchange.send(complete(reply));
    }

    @Override
    public OutputStream body(Reply head) {
        code = head.code();
        OutputStream body = exchange.body(complete(head));
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                bytes++;
                body.write(one);
            }

            @Override
            public void write(byte[] more, int offset, int length) throws IOException {
                bytes += length;
                body.write(more, offset, length);
            }

            @Override
            public void close() throws IOException {
                body.close();
            }
        };
    }

    @Override
    public Outflow stream(Reply head) {
        code = head.code();
        audit.started(code);
        Outflow outflow = exchange.stream(complete(head));
        onStream.run();
        return outflow;
    }

    private Reply complete(Reply reply) {
        Reply complete = reply.has("Cache-Control") ? reply : reply.with("Cache-Control", "no-cache, private");
        for (Reply.Header header : headers) {
            complete = complete.with(header.name(), header.value());
        }
        return complete;
    }
}
