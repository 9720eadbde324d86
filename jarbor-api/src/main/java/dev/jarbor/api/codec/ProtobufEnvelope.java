package dev.jarbor.api.codec;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ObjectValue;
import java.util.Arrays;

/** The envelope around every object in protobuf: four magic bytes and a runtime.Unknown that names the kind. */
final class ProtobufEnvelope {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private final String apiVersion;
    private final String kind;
    private final String contentType;
    private final byte[] raw;

    /** @param contentType what the object inside, {@code raw}, is encoded in, "" for protobuf */
    ProtobufEnvelope(String apiVersion, String kind, String contentType, byte[] raw) {
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.contentType = contentType;
        this.raw = raw;
    }

    static boolean isOne(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static ProtobufEnvelope read(byte[] bytes) {
        if (!isOne(bytes)) {
            throw DecodeException.shape(
                    "provided data does not appear to be a protobuf message, expected prefix " + "[107 56 115 0]");
        }
        var envelope = new ProtobufEnvelope("", "", "", new byte[0]);
        for (var in = ProtobufInput.of(bytes, MAGIC.length); in.next(); ) {
            envelope = envelope.with(in);
        }
        return envelope;
    }

    private ProtobufEnvelope with(ProtobufInput in) {
        switch (in.number()) {
            case 1 -> {
                return typed(in.message());
            }
            case 2 -> {
                return new ProtobufEnvelope(apiVersion, kind, contentType, in.octets());
            }
            case 3 -> {
                String encoding = in.text();
                if (!encoding.isEmpty()) {
                    throw DecodeException.shape("content encoding " + encoding + " is not supported");
                }
            }
            case 4 -> {
                return new ProtobufEnvelope(apiVersion, kind, in.text(), raw);
            }
            default -> in.skip();
        }
        return this;
    }

    private ProtobufEnvelope typed(ProtobufInput in) {
        String version = "";
        String name = "";
        while (in.next()) {
            switch (in.number()) {
                case 1 -> version = in.text();
                case 2 -> name = in.text();
                default -> in.skip();
            }
        }
        return new ProtobufEnvelope(version, name, contentType, raw);
    }

    byte[] bytes() {
        var out = new ProtobufOutput();
        begin(out, apiVersion, kind);
        out.octets(2, raw);
        end(out, contentType);
        return out.toByteArray();
    }

    /** Writes what comes before the object, which is field 2. */
    static void begin(ProtobufOutput out, String apiVersion, String kind) {
        out.raw(MAGIC);
        out.message(1, type -> {
            type.text(1, apiVersion);
            type.text(2, kind);
        });
    }

    /** Writes what comes behind the object. */
    static void end(ProtobufOutput out, String contentType) {
        out.text(3, "");
        out.text(4, contentType);
    }

    /** The object inside, its kind written in. */
    ObjectValue object(MessageLayouts layouts, Limits limits) {
        return inside(layouts, limits).with("apiVersion", apiVersion).with("kind", kind);
    }

    private ObjectValue inside(MessageLayouts layouts, Limits limits) {
        if (contentType.equals("application/json")) {
            return Json.object(raw);
        }
        MessageLayout layout = layouts.forKind(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow(() -> DecodeException.shape(
                        "no kind \"" + kind + "\" is registered for version \"" + apiVersion + "\" in scheme"));
        return new ProtobufReader(layouts, limits).message(ProtobufInput.of(raw, 0), layout);
    }
}
