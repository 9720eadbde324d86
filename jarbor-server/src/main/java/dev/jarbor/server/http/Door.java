package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.NodeConnections;
import dev.jarbor.server.stream.pipe.BoundedPipe;
import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The way to the API server for clients of the same process: requests and answers as HTTP has them, without a socket and
 * without TLS. What is behind it is what is behind {@link HttpFace}: authentication by what the headers say, every media
 * type, watches, and connections that leave HTTP (WebSocket, SPDY). Safe to share; there is no limit to how many requests
 * are at work.
 */
public final class Door implements AutoCloseable {
    /**
     * Requests wait for nobody's seat here: who is in the process could as well call directly. Watches without an end have
     * none: others are ended so that clients spread over servers.
     */
    private static final RequestLimits LIMITS = RequestLimits.DEFAULT
            .withFairness(false)
            .withInflight(0, 0)
            .withTimes(RequestLimits.DEFAULT.longest(), Duration.ZERO);

    private static final int TO_SERVER = 64 * 1024;

    private final Front front;
    private final Shutdown shutdown;
    private final Runtime runtime;

    private Door(Front front, Shutdown shutdown, Runtime runtime) {
        this.front = front;
        this.shutdown = shutdown;
        this.runtime = runtime;
    }

    /** @param nodes the ways down to the nodes, for logs, exec, attach and port-forward */
    public static Door open(ApiServer api, NodeConnections nodes) {
        var shutdown = new Shutdown(api.runtime().outside());
        var settings = new FrontSettings(ServerVersion.DEFAULT, List.of(), LIMITS, List.of(), CrossOrigin.NONE);
        return new Door(HttpFace.front(api, nodes, settings, shutdown), shutdown, api.runtime());
    }

    /**
     * A request.
     *
     * @param method such as {@code GET}
     * @param target path and query as a request line has them, such as {@code /api/v1/pods?watch=1}
     * @param headers by lower-case name, each with its values in order
     * @param body empty where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
    public record Request(String method, String target, SortedMap<String, List<String>> headers, byte[] body) {
        public Request {
            var lower = new TreeMap<String, List<String>>();
            headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
            headers = Collections.unmodifiableSortedMap(lower);
        }

        /** Without headers and without a body. */
        public static Request of(String method, String target) {
            return new Request(method, target, new TreeMap<>(), new byte[0]);
        }

        /** The same with one more value of a header. */
        public Request with(String name, String value) {
            var all = new TreeMap<>(headers);
            var values = new ArrayList<>(all.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
            values.add(value);
            all.put(name.toLowerCase(Locale.ROOT), values);
            return new Request(method, target, all, body);
        }

        public Request withBody(String contentType, byte[] other) {
            return new Request(method, target, headers, other).with("content-type", contentType);
        }
    }

    /**
     * An answer, whose body comes bit by bit where it is a stream.
     *
     * @param code 101 where the connection has left HTTP
     * @param headers by lower-case name, each with its values in order
     * @param body what comes from the server; closing it before its end ends a watch or connection
     * @param output what goes to the server once the connection has left HTTP; nowhere before
     */
    public record Answer(int code, SortedMap<String, List<String>> headers, InputStream body, OutputStream output)
            implements AutoCloseable {
        static Answer of(Reply reply, InputStream body) {
            return new Answer(reply.code(), headers(reply.headers()), body, OutputStream.nullOutputStream());
        }

        static SortedMap<String, List<String>> headers(List<Reply.Header> headers) {
            var byName = new TreeMap<String, List<String>>();
            headers.forEach(header -> byName.computeIfAbsent(
                            header.name().toLowerCase(Locale.ROOT), absent -> new ArrayList<>())
                    .add(header.value()));
            return Collections.unmodifiableSortedMap(byName);
        }

        /** The first value of a header by its lower-case name; "" where there is none. */
        public String header(String name) {
            List<String> values = headers.getOrDefault(name, List.of());
            return values.isEmpty() ? "" : values.getFirst();
        }

        /** Takes no more of it. */
        @Override
        public void close() throws IOException {
            output.close();
            body.close();
        }
    }

    /**
     * Carries out {@code request}; returns when the head of the answer is there. Refusals are answers, too.
     *
     * @throws IOException when there is no answer, because the server has closed
     */
    public Answer call(Request request) throws IOException {
        RequestHead head;
        try {
            head = head(request);
        } catch (ApiException malformed) {
            return Answer.of(Reply.empty(malformed.status().code()), InputStream.nullInputStream());
        }
        var tickets = new ArrayList<String>();
        Optional<Answer> switched = switched(head, tickets::add);
        if (switched.isPresent()) {
            return switched.get();
        }
        // A refusal that is known already is not found out a second time.
        RequestHead again = tickets.isEmpty() ? head : head(request.with(RefusedUpgrades.TICKET, tickets.getFirst()));
        return answered(again, request.body());
    }

    private static RequestHead head(Request request) {
        int question = request.target().indexOf('?');
        String path = question < 0 ? request.target() : request.target().substring(0, question);
        String query = question < 0 ? "" : request.target().substring(question + 1);
        return RequestHead.of(request.method(), path, query, request.headers());
    }

    private Answer answered(RequestHead head, byte[] body) throws IOException {
        boolean streaming = Metrics.isLong(head, RequestTarget.of(head));
        var exchange = new DoorExchange(head, body, streaming, runtime);
        try (Runtime.Busy asking = runtime.busy("request")) {
            if (streaming) {
                runtime.outside().execute("stream of " + head.path(), () -> serve(exchange));
            } else {
                serve(exchange);
            }
            return runtime.waiting(() -> exchange.answer().join());
        } catch (CompletionException broken) {
            throw new IOException("there is no answer to " + head.method() + " " + head.path(), broken.getCause());
        }
    }

    private void serve(DoorExchange exchange) {
        try {
            front.serve(exchange);
        } finally {
            exchange.finish();
        }
    }

    /** The connection out of HTTP that is asked for; empty where none is, or it is refused: then the refusal is the answer. */
    private Optional<Answer> switched(RequestHead head, Consumer<String> ticket) {
        if (UpgradeRequest.of(head) instanceof UpgradeRequest.None) {
            return Optional.empty();
        }
        try {
            return front.upgrade(head, List.of(), "", ticket).map(this::connected);
        } catch (ApiException refused) {
            return Optional.empty();
        }
    }

    private Answer connected(Upgrade upgrade) {
        var up = new BoundedPipe(TO_SERVER);
        var down = new DoorPipe(runtime);
        runtime.outside().execute("connection", () -> {
            try {
                upgrade.speaker().speak(new Duplex(up.source(), down.sink()));
                down.sink().close();
            } catch (IOException ended) {
                down.breakOff();
            } finally {
                down.breakOff();
                up.end();
            }
        });
        down.onGone(up::end);
        return new Answer(101, Answer.headers(upgrade.headers()), down.source(), new Up(up));
    }

    private static final class Up extends OutputStream {
        private final BoundedPipe pipe;

        Up(BoundedPipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            pipe.write(bytes, offset, length);
        }

        @Override
        public void close() {
            pipe.end();
        }
    }

    /** Ends watches and lets the requests at work come to their end. */
    @Override
    public void close() {
        shutdown.run(Duration.ZERO);
    }
}
