package dev.jarbor.server.http;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.table.Tables;
import dev.jarbor.server.table.Tables.IncludeObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the frames of one watch, in the form its client asked for. */
final class WatchFrames {
    private final ApiServer server;
    private final Tables tables;
    private final Protobuf protobuf;
    private final AnswerFormat format;
    private final ResourcePath path;
    private final IncludeObject include;
    private final boolean inProtobuf;
    private boolean headed;

    WatchFrames(
            ApiServer server,
            Tables tables,
            Protobuf protobuf,
            AnswerFormat format,
            ResourcePath path,
            IncludeObject include) {
        this.server = server;
        this.tables = tables;
        this.protobuf = protobuf;
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

    /** Writes one event with whatever ends it. */
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
