package dev.jarbor.server.http;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ObjectValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Turns answers of the core into replies: encoded, compressed where it pays, with the headers that clients read. */
final class AnswerWriter {
    /** Smaller answers are not worth compressing, as in the reference. */
    private static final int COMPRESS_FROM = 128 * 1024;

    private final Protobuf protobuf;
    private final boolean compresses;

    /** @param compresses whether objects are compressed for clients that take it */
    AnswerWriter(Protobuf protobuf, boolean compresses) {
        this.protobuf = protobuf;
        this.compresses = compresses;
    }

    Reply reply(RequestHead head, int code, ObjectValue body, AnswerFormat asked, List<String> warnings) {
        AnswerFormat format = canEncode(body, asked) ? asked : asked.inJson();
        Reply reply = Reply.of(code, format.encoding().mediaType(), bytes(body, format));
        for (String warning : warnings) {
            reply = reply.with("Warning", "299 - " + quoted(warning));
        }
        return compresses ? compressed(head, reply) : reply;
    }

    /** A failure, in the encoding that the client asks for. Where that is none, that becomes the failure. */
    Reply failure(RequestHead head, ApiStatus status) {
        Optional<AnswerFormat> format = AnswerFormat.find(head, AnswerFormat.Offer.PLAIN);
        if (format.isEmpty()) {
            ApiStatus notAcceptable = ApiException.notAcceptable(AnswerFormat.Encoding.mediaTypes())
                    .status();
            AnswerFormat raw = new AnswerFormat(AnswerFormat.Encoding.JSON, AnswerFormat.Shape.WHOLE, "", true);
            return reply(head, notAcceptable.code(), notAcceptable.value(), raw, List.of());
        }
        Reply reply = reply(head, status.code(), status.value(), format.get(), List.of());
        int retryAfter = status.details().retryAfterSeconds();
        return retryAfter > 0 ? reply.with("Retry-After", Integer.toString(retryAfter)) : reply;
    }

    /** Tables and the like have no protobuf form. */
    private boolean canEncode(ObjectValue body, AnswerFormat format) {
        return format.encoding() != AnswerFormat.Encoding.PROTOBUF
                || protobuf.encodes(body.string("apiVersion"), body.string("kind"));
    }

    private byte[] bytes(ObjectValue body, AnswerFormat format) {
        return switch (format.encoding()) {
            case JSON -> json(body, format.pretty());
            case YAML -> Yaml.text(body).getBytes(StandardCharsets.UTF_8);
            case PROTOBUF -> protobuf.encode(body);
            case CBOR -> Cbor.bytes(body);
        };
    }

    private static byte[] json(ObjectValue body, boolean pretty) {
        if (pretty) {
            return Json.pretty(body, 2).getBytes(StandardCharsets.UTF_8);
        }
        var bytes = new ByteArrayOutputStream(1024);
        Json.write(body, bytes);
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** {@code reply} compressed where it is large and the client takes it. */
    static Reply compressed(RequestHead head, Reply reply) {
        boolean accepted = head.items("accept-encoding").contains("gzip");
        if (!accepted || reply.body().length < COMPRESS_FROM) {
            return reply;
        }
        var compressed = new ByteArrayOutputStream(reply.body().length / 4);
        try (var gzip = new FastGzip(compressed)) {
            gzip.write(reply.body());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return reply.withBody(compressed.toByteArray())
                .with("Content-Encoding", "gzip")
                .with("Vary", "Accept-Encoding");
    }

    /** A text for the quoted part of a Warning header: one line, quotes and backslashes escaped. */
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').appendCodePoint(character);
            } else if (character >= ' ' && character != 0x7F) {
                quoted.appendCodePoint(character);
            }
        });
        return quoted.append('"').toString();
    }

    /** The fastest level, as the reference chooses it: the network is rarely slower than that. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream target) throws IOException {
            super(target, 8192);
            def.setLevel(1);
        }
    }
}
