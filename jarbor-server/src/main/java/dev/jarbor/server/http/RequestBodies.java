package dev.jarbor.server.http;

import dev.jarbor.api.codec.Cbor;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Reads request bodies within bounds and decodes them by their Content-Type. */
final class RequestBodies {
    /** The reference's limit for request bodies. */
    static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final Limits LIMITS = Limits.ofBytes(MAX_BYTES);
    private static final String APPLY_CBOR = "application/apply-patch+cbor";
    private static final int MOST_SHOWN = 30;

    private final Protobuf protobuf;

    RequestBodies(Protobuf protobuf) {
        this.protobuf = protobuf;
    }

    /**
     * An object to write.
     *
     * @param kind of which the object must be, for the refusal
     */
    Decoded object(RequestHead head, InputStream body, String kind) {
        AnswerFormat.Encoding encoding = encoding(head);
        byte[] bytes = bytes(body);
        try {
            return decode(bytes, encoding);
        } catch (DecodeException malformed) {
            String cause = encoding == AnswerFormat.Encoding.JSON
                    ? "couldn't get version/kind; json parse error: " + malformed.getMessage()
                    : String.valueOf(malformed.getMessage());
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + kind + "): " + cause
                    + " (" + summary(bytes) + ")");
        }
    }

    /** The options of a deletion; none are in an empty body. */
    Decoded options(RequestHead head, InputStream body) {
        byte[] bytes = bytes(body);
        if (bytes.length == 0) {
            return new Decoded(ObjectValue.EMPTY, List.of());
        }
        try {
            return decode(bytes, encoding(head));
        } catch (DecodeException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        }
    }

    /** How the body is encoded: as JSON where the client does not say. */
    private static AnswerFormat.Encoding encoding(RequestHead head) {
        String type = MediaRange.of(head.header("content-type")).type();
        if (type.isEmpty()) {
            return AnswerFormat.Encoding.JSON;
        }
        return Arrays.stream(AnswerFormat.Encoding.values())
                .filter(encoding -> encoding.mediaType().equals(type))
                .findFirst()
                .orElseThrow(() -> ApiException.unsupportedMediaType(AnswerFormat.Encoding.mediaTypes()));
    }

    private Decoded decode(byte[] bytes, AnswerFormat.Encoding encoding) {
        return switch (encoding) {
            case JSON -> Json.decode(bytes, LIMITS);
            case YAML -> yaml(bytes);
            case PROTOBUF -> new Decoded(protobuf.decode(bytes, LIMITS), List.of());
            case CBOR -> new Decoded(Cbor.parse(bytes, LIMITS), List.of());
        };
    }

    /** The first bytes of a body: as text where it may be JSON, in hexadecimal otherwise. */
    private static String summary(byte[] bytes) {
        if (bytes.length == 0) {
            return "<empty>";
        }
        byte[] shown = Arrays.copyOf(bytes, Math.min(bytes.length, MOST_SHOWN));
        String text = bytes[0] == '{'
                ? new String(shown, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(shown);
        return bytes.length > MOST_SHOWN ? text + " ..." : text;
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
        if (type.equals(APPLY_CBOR)) {
            return PatchType.APPLY;
        }
        known.add(APPLY_CBOR);
        throw ApiException.unsupportedMediaType(known);
    }

    /** The body of a patch: JSON, or YAML or CBOR for apply. */
    static Decoded patch(PatchType type, RequestHead head, InputStream body) {
        byte[] bytes = bytes(body);
        if (type == PatchType.APPLY) {
            boolean binary = MediaRange.of(head.header("content-type")).type().equals(APPLY_CBOR);
            try {
                return binary ? new Decoded(Cbor.parse(bytes, LIMITS), List.of()) : yaml(bytes);
            } catch (DecodeException malformed) {
                throw ApiException.badRequest(
                        binary
                                ? "error decoding CBOR: " + malformed.getMessage()
                                : "error decoding YAML: error converting YAML to JSON: " + malformed.getMessage());
            }
        }
        try {
            return Json.decode(bytes, LIMITS);
        } catch (DecodeException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
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
