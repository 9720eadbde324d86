package dev.jarbor.server.proxy;

import dev.jarbor.server.outbound.Dialer;
import dev.jarbor.server.outbound.HttpAnswer;
import dev.jarbor.server.outbound.HttpCall;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.outbound.TlsLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import javax.net.ssl.SSLContext;

/**
 * One request that is passed on.
 *
 * @param target of the request line: path and query
 * @param host of the Host header
 * @param headers the client's, by lower-case name
 * @param added what the proxy says beside them
 */
public record ProxyCall(
        String method,
        String target,
        String host,
        SortedMap<String, List<String>> headers,
        List<HttpHead.Field> added) {
    /** As long as a connection may take to come about. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * How TLS is spoken with whom the request is for.
     *
     * @param name whom the certificate must be for
     * @param verified whether it must be
     */
    public record Security(SSLContext context, String name, boolean verified) {}

    /**
     * The call with whom it is for: whoever it came from before, and {@code client}.
     *
     * @param client an address; "" where it is not known
     */
    public ProxyCall forwardedFor(String client) {
        var from = new ArrayList<>(headers.getOrDefault("x-forwarded-for", List.of()));
        if (!client.isEmpty()) {
            from.add(client);
        }
        if (from.isEmpty()) {
            return this;
        }
        var more = new ArrayList<>(added);
        more.add(new HttpHead.Field("X-Forwarded-For", String.join(", ", from)));
        return new ProxyCall(method, target, host, headers, more);
    }

    /** Connects without TLS. */
    public static Line connect(Dialer dialer) throws IOException {
        return dialer.dial(PATIENCE);
    }

    /** Connects with TLS. */
    public static Line connect(Dialer dialer, Security security) throws IOException {
        Line line = dialer.dial(PATIENCE);
        Line secured = TlsLine.over(line, security.context(), security.name(), security.verified(), PATIENCE);
        // an answer may take as long as it likes
        secured.patience(Duration.ZERO);
        return secured;
    }

    /** Sends the request, with its body, on {@code line}. */
    public HttpAnswer send(Line line, InputStream body) throws IOException {
        var peeked = new PushbackInputStream(body, 1);
        int first = peeked.read();
        List<String> length = headers.getOrDefault("content-length", List.of());
        HttpHead head = head().with("Connection", "close");
        if (first < 0) {
            boolean says = !length.isEmpty() || method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
            return HttpCall.exchange(
                    line, method, says ? head.with("Content-Length", "0") : head, InputStream.nullInputStream(), false);
        }
        peeked.unread(first);
        return length.isEmpty()
                ? HttpCall.exchange(line, method, head.with("Transfer-Encoding", "chunked"), peeked, true)
                : HttpCall.exchange(line, method, head.with("Content-Length", length.getFirst()), peeked, false);
    }

    /** Sends the request as one that asks to leave HTTP on this line. */
    public HttpAnswer upgrade(Line line) throws IOException {
        HttpHead head = head().with("Connection", "Upgrade");
        for (String protocol : headers.getOrDefault("upgrade", List.of())) {
            head = head.with("Upgrade", protocol);
        }
        return HttpCall.exchange(line, method, head, InputStream.nullInputStream(), false);
    }

    private HttpHead head() {
        HttpHead head = HopHeaders.forwarded(HttpHead.request(method, target).with("Host", host), headers);
        for (HttpHead.Field field : added) {
            head = head.with(field.name(), field.value());
        }
        return head;
    }
}
