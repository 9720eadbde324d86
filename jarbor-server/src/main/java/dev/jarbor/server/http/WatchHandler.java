package dev.jarbor.server.http;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.http.Exchange.Outflow;
import dev.jarbor.server.table.Tables;
import dev.jarbor.server.table.Tables.IncludeObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Watches: a stream of frames {@code {"type":…,"object":…}}, one a line. The core tells events to a bounded buffer, and
 * this request's own thread writes them; a client that does not keep up loses its connection and may resume from the
 * last resource version it saw.
 */
final class WatchHandler {
    private static final List<AnswerFormat.Encoding> ENCODINGS = List.of(AnswerFormat.Encoding.JSON, AnswerFormat.Encoding.PROTOBUF);

    private final ApiServer server;
    private final Tables tables;
    private final Protobuf protobuf;
    private final Runtime runtime;

    WatchHandler(ApiServer server, Tables tables, Protobuf protobuf) {
        this.server = server;
        this.tables = tables;
        this.protobuf = protobuf;
        this.runtime = server.runtime();
    }

    void handle(User user, RequestTarget.Resource target, Exchange exchange) {
        RequestHead head = exchange.head();
        AnswerFormat format = AnswerFormat.choose(head, true, ENCODINGS);
        // the old form of a watch on one object is a watch of the collection with a field selector
        Query query = target.path().name().isEmpty()
                ? head.query()
                : head.query().with("fieldSelector", "metadata.name=" + target.path().name());
        ResourcePath path = target.path().withName("");
        var frames = new Frames(format, path, IncludeObject.of(query.string("includeObject")));
        var buffer = new WatchBuffer(runtime);
        ApiRequest request = ApiRequest.of(Verb.WATCH, path, query, ObjectValue.EMPTY);
        try (Watch watch = server.watch(user, request, buffer)) {
            Reply reply = Reply.of(200, frames.contentType(), new byte[0]).with("Cache-Control", "no-cache, private");
            try (Outflow outflow = exchange.stream(reply)) {
                outflow.onGone(buffer::closed);
                outflow.output().flush();
                // the head leaves now, not with the first event: clients wait for it before they can stop
                outflow.probe();
                pump(buffer, frames, outflow);
            }
        } catch (IOException gone) {
            // the client has left, which is how most watches end
        }
    }

    private static void pump(WatchBuffer buffer, Frames frames, Outflow outflow) throws IOException {
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

    /** Writes the frames of one watch. */
    private final class Frames {
        private final AnswerFormat format;
        private final ResourcePath path;
        private final IncludeObject include;
        private final boolean inProtobuf;
        private boolean headed;

        Frames(AnswerFormat format, ResourcePath path, IncludeObject include) {
            this.format = format;
            this.path = path;
            this.include = include;
            this.inProtobuf = inProtobuf();
        }

        /** Protobuf is for whole objects of kinds that have such a form; everything else is JSON. */
        private boolean inProtobuf() {
            return format.encoding() == AnswerFormat.Encoding.PROTOBUF
                    && format.shape() == AnswerFormat.Shape.WHOLE
                    && server.registry()
                            .find(path.group(), path.version(), path.plural())
                            .filter(served -> protobuf.encodes(
                                    served.kind().apiVersion(), served.kind().name()))
                            .isPresent();
        }

        String contentType() {
            return inProtobuf ? Protobuf.MEDIA_TYPE + ";stream=watch" : "application/json";
        }

        void write(WatchEvent event, OutputStream output) throws IOException {
            if (inProtobuf) {
                output.write(Protobuf.watchFrame(event.type().name(), protobuf.encode(event.object())));
                return;
            }
            output.write(("{\"type\":\"" + event.type() + "\",\"object\":").getBytes(StandardCharsets.UTF_8));
            Json.write(shaped(event), output);
            output.write('}');
            output.write('\n');
        }

        private ObjectValue shaped(WatchEvent event) {
            if (event.type() == WatchEvent.Type.ERROR) {
                return event.object();
            }
            return switch (format.shape()) {
                case WHOLE -> event.object();
                case METADATA -> Tables.partial(event.object());
                case TABLE -> {
                    // the columns come once, with the first row
                    boolean first = !headed;
                    headed = true;
                    yield tables.of(
                            Served.definition(server, path.group(), path.version(), path.plural()),
                            event.object(),
                            include,
                            first);
                }
            };
        }
    }
}
