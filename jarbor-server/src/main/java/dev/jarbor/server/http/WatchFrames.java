package dev.jarbor.server.http;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.WatchEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the frames of one watch, in the form its client asked for. */
final class WatchFrames {
    private final Protobuf protobuf;
    private final AnswerFormat format;
    private final Shaper shaper;

    WatchFrames(Protobuf protobuf, AnswerFormat format, Shaper shaper) {
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

    /** Writes one event with whatever ends it. */
    void write(WatchEvent event, OutputStream output) throws IOException {
        ObjectValue object = event.type() == WatchEvent.Type.ERROR ? event.object() : shaper.shapeEvent(event.object());
        String type = event.type().name();
        switch (format.encoding()) {
            case JSON, YAML -> {
                output.write(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.UTF_8));
                Json.write(object, output);
                output.write('}');
                output.write('\n');
            }
            case PROTOBUF -> output.write(Protobuf.watchFrame(type, protobuf.encode(object)));
            case CBOR ->
                output.write(Cbor.bytes(ObjectValue.builder()
                        .put("type", type)
                        .put("object", object)
                        .build()));
        }
    }
}
