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
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Sends answers of the core: encoded, compressed where it pays, with the headers that clients read. */
final class AnswerWriter {
    private final Protobuf protobuf;
    private final boolean compresses;

    /** @param compresses whether objects are compressed for clients that take it */
    AnswerWriter(Protobuf protobuf, boolean compresses) {
        this.protobuf = protobuf;
        this.compresses = compresses;
    }

    /** Encodes {@code body} and sends it, a long one while it is encoded. */
    void send(Exchange exchange, int code, ObjectValue body, AnswerFormat asked, List<String> warnings) {
        AnswerFormat format = canEncode(body, asked) ? asked : asked.inJson();
        Reply head = head(code, format, warnings);
        var leaving = new AnswerBody(exchange, head, compresses && takesGzip(exchange.head()));
        try {
            write(body, format, leaving);
            leaving.close();
        } catch (IOException gone) {
            throw new GoneException(gone);
        }
    }

    private static Reply head(int code, AnswerFormat format, List<String> warnings) {
        Reply head = Reply.of(code, format.encoding().mediaType(), new byte[0]);
        for (String warning : warnings) {
            head = head.with("Warning", "299 - " + quoted(warning));
        }
        return head;
    }

    /** A failure, in the encoding that the client asks for. Where that is none, that becomes the failure. */
    Reply failure(RequestHead head, ApiStatus status) {
        Optional<AnswerFormat> format = AnswerFormat.find(head, AnswerFormat.Offer.PLAIN);
        if (format.isEmpty()) {
            ApiStatus notAcceptable = ApiException.notAcceptable(AnswerFormat.Encoding.mediaTypes())
                    .status();
            AnswerFormat raw = new AnswerFormat(AnswerFormat.Encoding.JSON, AnswerFormat.Shape.WHOLE, "", true);
            return whole(notAcceptable, raw);
        }
        Reply reply = whole(status, format.get());
        int retryAfter = status.details().retryAfterSeconds();
        return retryAfter > 0 ? reply.with("Retry-After", Integer.toString(retryAfter)) : reply;
    }

    private Reply whole(ApiStatus status, AnswerFormat asked) {
        AnswerFormat format = canEncode(status.value(), asked) ? asked : asked.inJson();
        var bytes = new ByteArrayOutputStream(512);
        try {
            write(status.value(), format, bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return head(status.code(), format, List.of()).withBody(bytes.toByteArray());
    }

    /** Tables and the like have no protobuf form. */
    private boolean canEncode(ObjectValue body, AnswerFormat format) {
        return format.encoding() != AnswerFormat.Encoding.PROTOBUF
                || protobuf.encodes(body.string("apiVersion"), body.string("kind"));
    }

    private void write(ObjectValue body, AnswerFormat format, OutputStream target) throws IOException {
        switch (format.encoding()) {
            case JSON -> {
                if (format.pretty()) {
                    target.write(Json.pretty(body, 2).getBytes(StandardCharsets.UTF_8));
                } else {
                    Json.write(body, target);
                    target.write('\n');
                }
            }
            case YAML -> target.write(Yaml.text(body).getBytes(StandardCharsets.UTF_8));
            case PROTOBUF -> protobuf.write(body, target);
            case CBOR -> target.write(Cbor.bytes(body));
        }
    }

    private static boolean takesGzip(RequestHead head) {
        return head.items("accept-encoding").contains("gzip");
    }

    /** Sends {@code reply}, compressed where it is large and the client takes it. */
    static void send(Exchange exchange, Reply reply) {
        if (reply.body().length < AnswerBody.WHOLE) {
            exchange.send(reply);
            return;
        }
        var leaving = new AnswerBody(exchange, reply, takesGzip(exchange.head()));
        try {
            leaving.write(reply.body());
            leaving.close();
        } catch (IOException gone) {
            throw new GoneException(gone);
        }
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
}
