package dev.jarbor.server.http;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Decoded;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads request bodies within bounds and decodes them by their Content-Type. */
final class RequestBodies {
    /** The reference's limit for request bodies. */
    static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final Limits LIMITS = Limits.ofBytes(MAX_BYTES);
    private static final List<String> OBJECTS = List.of("application/json", "application/yaml", Protobuf.MEDIA_TYPE);

    private final Protobuf protobuf;

    RequestBodies(Protobuf protobuf) {
        this.protobuf = protobuf;
    }

    /** An object to write; an empty body is the empty object. */
    Decoded object(RequestHead head, InputStream body) {
        byte[] bytes = bytes(body);
        if (bytes.length == 0) {
            return new Decoded(ObjectValue.EMPTY, List.of());
        }
        String type = MediaRange.of(head.header("content-type")).type();
        if (!type.isEmpty() && !OBJECTS.contains(type)) {
            throw ApiException.unsupportedMediaType(OBJECTS);
        }
        return decode(bytes, type);
    }

    private Decoded decode(byte[] bytes, String type) {
        try {
            if (type.equals(Protobuf.MEDIA_TYPE) || Protobuf.isProtobuf(bytes)) {
                return new Decoded(protobuf.decode(bytes, LIMITS), List.of());
            }
            return type.equals("application/yaml") ? yaml(bytes) : Json.decode(bytes, LIMITS);
        } catch (DecodeException malformed) {
            throw ApiException.badRequest("error decoding the request body: " + malformed.getMessage());
        }
    }

    /** The only document of {@code bytes}; of several the first counts, as in the reference. */
    private static Decoded yaml(byte[] bytes) {
        List<Decoded> documents = Yaml.decode(bytes, LIMITS);
        return documents.isEmpty() ? new Decoded(ObjectValue.EMPTY, List.of()) : documents.getFirst();
    }

    /** A patch, whose format its Content-Type names. */
    static PatchType patchType(RequestHead head) {
        String type = MediaRange.of(head.header("content-type")).type();
        var known = new ArrayList<String>();
        for (PatchType patch : PatchType.values()) {
            if (patch.mediaType().equals(type)) {
                return patch;
            }
            known.add(patch.mediaType());
        }
        throw ApiException.unsupportedMediaType(known);
    }

    /** The body of a patch: JSON, or YAML for apply. */
    static Decoded patch(PatchType type, InputStream body) {
        byte[] bytes = bytes(body);
        try {
            return type == PatchType.APPLY ? yaml(bytes) : Json.decode(bytes, LIMITS);
        } catch (DecodeException malformed) {
            throw ApiException.badRequest("error decoding patch: " + malformed.getMessage());
        }
    }

    private static byte[] bytes(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw ApiException.requestEntityTooLarge("limit is " + MAX_BYTES);
            }
            return bytes;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
