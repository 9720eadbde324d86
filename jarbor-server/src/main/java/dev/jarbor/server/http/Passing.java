package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.outbound.HttpAnswer;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.proxy.HopHeaders;
import dev.jarbor.server.proxy.HtmlLinks;
import dev.jarbor.server.proxy.Links;
import dev.jarbor.server.proxy.ProxyCall;
import dev.jarbor.server.stream.pipe.Duplex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Passes requests on and their answers back, and after an upgrade whatever both sides say. */
final class Passing {
    /** Answers up to this size are sent whole; longer ones, and those of unknown length, as they come. */
    private static final int WHOLE = 256 * 1024;

    /** Longer pages keep their links. */
    private static final int LONGEST_PAGE = 8 * 1024 * 1024;

    private final Runtime runtime;

    Passing(Runtime runtime) {
        this.runtime = runtime;
    }

    /** The header by which whoever gets a request can tell under which path the client knows it. */
    static List<HttpHead.Field> forwarded(String rawPath) {
        return List.of(new HttpHead.Field("X-Forwarded-Uri", rawPath));
    }

    /**
     * Sends {@code call} on {@code line} and the answer to the client.
     *
     * @param links of the answer's pages and redirects
     */
    void pass(ProxyCall call, Line line, Links links, Exchange exchange) throws IOException {
        HttpAnswer answer = call.forwardedFor(exchange.remote()).send(line, exchange.body());
        Optional<String> location = answer.head().first("Location");
        Reply head = head(answer, location.map(links::rewritten).orElse(""));
        boolean page = location.isEmpty()
                && answer.head()
                        .first("Content-Type")
                        .orElse("")
                        .split(";", -1)[0]
                        .strip()
                        .equals("text/html");
        if (page) {
            page(answer, head, links, line, exchange);
        } else {
            body(answer.body(), answer.length(), head, line, exchange);
        }
    }

    private static Reply head(HttpAnswer answer, String location) {
        Reply reply = Reply.empty(answer.code());
        for (HttpHead.Field field : HopHeaders.answered(answer.head())) {
            switch (field.name().toLowerCase(Locale.ROOT)) {
                case "content-length" -> {}
                case "location" -> reply = reply.with("Location", location);
                default -> reply = reply.with(field.name(), field.value());
            }
        }
        return reply;
    }

    private static void body(InputStream body, long length, Reply head, Line line, Exchange exchange)
            throws IOException {
        if (length >= 0 && length <= WHOLE) {
            exchange.send(head.withBody(body.readAllBytes()));
            return;
        }
        try (Exchange.Outflow outflow = exchange.stream(head)) {
            byte[] chunk = new byte[32 * 1024];
            // whoever is asked may be silent for long: a client that leaves ends the wait
            outflow.onGone(() -> quietly(line));
            outflow.output().flush();
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                outflow.output().write(chunk, 0, count);
                outflow.output().flush();
            }
        }
    }

    private static void page(HttpAnswer answer, Reply head, Links links, Line line, Exchange exchange)
            throws IOException {
        String encoding = answer.head().first("Content-Encoding").orElse("");
        boolean zipped = encoding.equals("gzip");
        byte[] start = answer.body().readNBytes(LONGEST_PAGE + 1);
        if (start.length > LONGEST_PAGE || !(encoding.isEmpty() || zipped)) {
            body(new SequenceInputStream(new ByteArrayInputStream(start), answer.body()), -1, head, line, exchange);
            return;
        }
        // one character a byte: what is not ASCII is only carried along
        String page = new String(zipped ? unzipped(start) : start, StandardCharsets.ISO_8859_1);
        byte[] rewritten = HtmlLinks.rewrite(page, links::rewritten).getBytes(StandardCharsets.ISO_8859_1);
        exchange.send(head.withBody(zipped ? zipped(rewritten) : rewritten));
    }

    private static byte[] unzipped(byte[] bytes) throws IOException {
        try (var unzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] plain = unzip.readNBytes(LONGEST_PAGE + 1);
            if (plain.length > LONGEST_PAGE) {
                throw new IOException("the page is too long to have its links rewritten");
            }
            return plain;
        }
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        var target = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (var zip = new GZIPOutputStream(target)) {
            zip.write(bytes);
        }
        return target.toByteArray();
    }

    /** Asks for an upgrade on {@code line}; where it is taken, both sides speak to each other from then on. */
    Optional<Upgrade> upgrade(ProxyCall call, Line line) throws IOException {
        HttpAnswer answer;
        try {
            answer = call.forwardedFor("").upgrade(line);
        } catch (IOException failure) {
            line.close();
            throw failure;
        }
        if (answer.code() != 101) {
            line.close();
            return Optional.empty();
        }
        var headers = new ArrayList<Reply.Header>();
        answer.head().fields().forEach(field -> headers.add(new Reply.Header(field.name(), field.value())));
        return Optional.of(new Upgrade(headers, wire -> pump(wire, line, answer.body())));
    }

    private void pump(Duplex wire, Line line, InputStream fromBackend) {
        runtime.execute("proxied connection", () -> {
            copy(wire.input(), line.output());
            quietly(line);
        });
        copy(fromBackend, wire.output());
        quietly(line);
        quietly(wire.input());
    }

    private static void copy(InputStream from, OutputStream to) {
        try {
            byte[] chunk = new byte[16 * 1024];
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                to.write(chunk, 0, count);
                to.flush();
            }
        } catch (IOException over) {
            // one side has left, so the other is told by closing
        }
    }

    private static void quietly(Closeable end) {
        try {
            end.close();
        } catch (IOException closed) {
            // it is closed either way
        }
    }
}
