package dev.jarbor.server.http;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the frames of one watch, in the form its client asked for. */
final class WatchFrames {
    private final Protobuf protobuf;
    private final AnswerFormat format;
    private final Shaper shaper;
    private final SharedFrames shared;

    /** @param shared what other watches have written */
    WatchFrames(Protobuf protobuf, AnswerFormat format, Shaper shaper, SharedFrames shared) {
        this.shared = shared;
        this.protobuf = protobuf;
        this.format = format;
        this.shaper = shaper;
    }

    String contentType() {
        return switch (format.encoding()) {
            case JSON, YAML -> "application/json";
            case PROTOBUF -> Protobuf.MEDIA_TYPE + ";stream=watch";
            case CBOR -> Cbor.SEQUENCE_TYPE;
        };
    }

    /** Whether the frames are text, which decides how a WebSocket carries them. */
    boolean isText() {
        return format.encoding() == AnswerFormat.Encoding.JSON;
    }

    /** Writes one event with whatever ends it. A table's rows are each watch's own: ages are in them, and columns come once. */
    void write(WatchEvent event, OutputStream output) throws IOException {
        output.write(
                format.shape() == AnswerFormat.Shape.TABLE
                        ? frame(event)
                        : shared.of(event, format, () -> frame(event)));
    }

    private byte[] frame(WatchEvent event) throws IOException {
        ObjectValue object = event.type() == WatchEvent.Type.ERROR ? event.object() : shaper.shapeEvent(event.object());
        String type = event.type().name();
        return switch (format.encoding()) {
            case JSON, YAML -> json(type, object);
            case PROTOBUF -> Protobuf.watchFrame(type, protobuf.encode(object));
            case CBOR ->
                Cbor.bytes(ObjectValue.builder()
                        .put("type", type)
                        .put("object", object)
                        .build());
        };
    }

    private static byte[] json(String type, ObjectValue object) throws IOException {
        var frame = new ByteArrayOutputStream(1024);
        frame.write(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
        Json.write(object, frame);
        frame.write('}');
        frame.write('\n');
        return frame.toByteArray();
    }
}
