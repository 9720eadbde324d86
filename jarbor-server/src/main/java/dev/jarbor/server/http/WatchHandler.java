package dev.jarbor.server.http;

import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.http.Exchange.Outflow;
import dev.jarbor.server.stream.WebSocket;
import dev.jarbor.server.stream.WebSocketFrame;
import dev.jarbor.server.table.Tables;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Watches: a stream of frames {@code {"type":…,"object":…}}, one a line, or one a message of a WebSocket. The core tells events to a bounded buffer, and
 * this request's own thread writes them; a client that does not keep up loses its connection and may resume from the
 * last resource version it saw.
 */
final class WatchHandler {

    private final ApiServer server;
    private final Tables tables;
    private final Protobuf protobuf;
    private final Runtime runtime;
    private final Shutdown shutdown;
    private final long leastSeconds;
    private final SharedFrames shared = new SharedFrames();

    /** @param shortest how long a watch lasts at least whose client sets no end to it; zero for as long as it likes */
    WatchHandler(ApiServer server, Tables tables, Protobuf protobuf, Shutdown shutdown, Duration shortest) {
        this.shutdown = shutdown;
        this.leastSeconds = shortest.toSeconds();
        this.server = server;
        this.tables = tables;
        this.protobuf = protobuf;
        this.runtime = server.runtime().outside();
    }

    void handle(User user, RequestTarget.Resource target, Exchange exchange) {
        RequestHead head = exchange.head();
        WatchFrames frames = frames(target, head);
        var buffer = new WatchBuffer(server.runtime());
        try (var ended = shutdown.watch(buffer);
                Watch watch = server.watch(
                        user,
                        request(target, head.query()),
                        buffer,
                        head.header("user-agent"),
                        exchange.audit().annotations())) {
            Reply reply = Reply.of(200, frames.contentType(), new byte[0]);
            try (Outflow outflow = exchange.stream(reply)) {
                outflow.onGone(buffer::closed);
                outflow.output().flush();
                // the head leaves now, not with the first event: clients wait for it before they can stop
                outflow.probe();
                pump(buffer, frames, outflow);
            }
        } catch (IOException gone) {
            // the client has left, which is how most watches end
        } finally {
            buffer.leave();
        }
    }

    /** Who speaks when the connection of a watch becomes a WebSocket: one message an event, text or binary as the encoding is. */
    Upgrade.Speaker socket(User user, RequestTarget.Resource target, RequestHead head, AuditAnnotations annotations) {
        ApiRequest request = request(target, head.query());
        server.authorize(user, request, annotations);
        WatchFrames frames = frames(target, head);
        return wire -> {
            var socket = new WebSocket(wire);
            var buffer = new WatchBuffer(server.runtime());
            runtime.execute("end of a watch", () -> awaitEnd(socket, buffer));
            try (var ended = shutdown.watch(buffer);
                    Watch watch =
                            server.watch(user, request, buffer, head.header("user-agent"), new AuditAnnotations())) {
                pump(buffer, frames, socket);
            } catch (ApiException refused) {
                // too late for an answer in HTTP: it is the only event instead
                send(new WatchEvent(WatchEvent.Type.ERROR, refused.status().value()), frames, socket);
            } finally {
                buffer.leave();
            }
            socket.close(WebSocket.NORMAL, "");
        };
    }

    private ApiRequest request(RequestTarget.Resource target, Query query) {
        return ApiRequest.of(
                Verb.WATCH,
                target.path().withName(""),
                limited(named(target.path().name(), query)),
                ObjectValue.EMPTY);
    }

    /** The old form of a watch on one object is a watch of the collection with a field selector. */
    private static Query named(String name, Query query) {
        if (name.isEmpty()) {
            return query;
        }
        String selector = query.string("fieldSelector");
        if (!selector.isEmpty() && !selectsName(selector, name)) {
            throw ApiException.badRequest("fieldSelector metadata.name doesn't match requested name");
        }
        return selector.isEmpty() ? query.with("fieldSelector", "metadata.name=" + name) : query;
    }

    private static boolean selectsName(String selector, String name) {
        try {
            return FieldSelector.parse(selector).exactValue("metadata.name").equals(Optional.of(name));
        } catch (InvalidSelectorException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        }
    }

    /** A watch whose client sets no end to it ends some time after that, at most twice as late, so that clients spread over servers. */
    private Query limited(Query query) {
        String asked = query.string("timeoutSeconds");
        boolean endless = asked.isEmpty() || asked.equals("0");
        return endless && leastSeconds > 0
                ? query.with(
                        "timeoutSeconds",
                        leastSeconds
                                + Math.round(leastSeconds * runtime.random().nextDouble()))
                : query;
    }

    private WatchFrames frames(RequestTarget.Resource target, RequestHead head) {
        ResourcePath path = target.path().withName("");
        AnswerFormat format = AnswerFormat.chooseForStream(head, Served.offer(server, protobuf, path));
        var shaper = new Shaper(server, tables, format, path, head.query().string("includeObject"));
        return new WatchFrames(protobuf, format, shaper, shared);
    }

    private static void pump(WatchBuffer buffer, WatchFrames frames, WebSocket socket) throws IOException {
        while (!buffer.isOver()) {
            Optional<WatchEvent> event = buffer.next();
            if (event.isPresent()) {
                send(event.get(), frames, socket);
            }
        }
    }

    private static void send(WatchEvent event, WatchFrames frames, WebSocket socket) throws IOException {
        var message = new ByteArrayOutputStream(1024);
        frames.write(event, message);
        if (frames.isText()) {
            socket.sendText(message.toString(StandardCharsets.UTF_8));
        } else {
            socket.sendBinary(message.toByteArray(), 0, message.size());
        }
    }

    /** What the client says means nothing here, but that it leaves does. */
    private static void awaitEnd(WebSocket socket, WatchBuffer buffer) {
        try {
            Optional<WebSocketFrame> frame = socket.receive();
            while (frame.isPresent() && !(frame.get() instanceof WebSocketFrame.Close)) {
                frame = socket.receive();
            }
        } catch (IOException broken) {
            // as good as a goodbye
        } finally {
            buffer.closed();
        }
    }

    private static void pump(WatchBuffer buffer, WatchFrames frames, Outflow outflow) throws IOException {
        var output = new BufferedOutputStream(outflow.output(), 16 * 1024);
        while (!buffer.isOver()) {
            Optional<WatchEvent> event = buffer.next();
            if (event.isPresent()) {
                frames.write(event.get(), output);
                if (buffer.isEmpty()) {
                    output.flush();
                }
            } else if (!buffer.isOver()) {
                outflow.probe();
            }
        }
        output.flush();
    }
}
