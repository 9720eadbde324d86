package dev.jarbor.server.http;

import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;

/** An exchange that knows what was answered, and gives each answer the id that audit records carry. */
final class CountedExchange implements Exchange {
    private final Exchange exchange;
    private final String auditId;
    private int code;

    CountedExchange(Exchange exchange, String newAuditId) {
        this.exchange = exchange;
        String given = exchange.head().header("audit-id");
        this.auditId = given.isEmpty() || given.length() > 64 ? newAuditId : given;
    }

    /** The status that was sent; 0 while none was. */
    int code() {
        return code;
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
    public void send(Reply reply) {
        code = reply.code();
        exchange.send(reply.with("Audit-Id", auditId));
    }

    @Override
    public Outflow stream(Reply head) {
        code = head.code();
        return exchange.stream(head.with("Audit-Id", auditId));
    }
}
