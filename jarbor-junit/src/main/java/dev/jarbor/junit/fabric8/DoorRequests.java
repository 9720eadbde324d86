package dev.jarbor.junit.fabric8;

import dev.jarbor.server.http.Door;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Requests of the Fabric8 client as the door takes them. */
final class DoorRequests {
    /** Sixteen bytes that a server proves its handshake by: nobody between could have kept an old answer. */
    private static final String KEY = "amFyYm9yLWluLXRoaXMtSg==";

    private DoorRequests() {}

    static Door.Request of(StandardHttpRequest request) throws IOException {
        Door.Request head = head(request);
        StandardHttpRequest.BodyContent body = request.body();
        return body == null
                ? head
                : new Door.Request(
                        request.method(),
                        head.target(),
                        withContentType(head, request).headers(),
                        bytes(body));
    }

    static Door.Request webSocket(StandardHttpRequest request, @Nullable String subprotocol) {
        Door.Request upgrade = head(request)
                .with("Connection", "Upgrade")
                .with("Upgrade", "websocket")
                .with("Sec-WebSocket-Version", "13")
                .with("Sec-WebSocket-Key", KEY);
        return subprotocol == null ? upgrade : upgrade.with("Sec-WebSocket-Protocol", subprotocol);
    }

    private static Door.Request head(StandardHttpRequest request) {
        URI uri = request.uri();
        String target = uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
        Door.Request head = Door.Request.of(request.method(), target);
        for (var header : request.headers().entrySet()) {
            for (String value : header.getValue()) {
                head = head.with(header.getKey(), value);
            }
        }
        return head;
    }

    private static Door.Request withContentType(Door.Request head, StandardHttpRequest request) {
        String type = request.getContentType();
        return type == null || head.headers().containsKey("content-type") ? head : head.with("Content-Type", type);
    }

    private static byte[] bytes(StandardHttpRequest.BodyContent body) throws IOException {
        return switch (body) {
            case StandardHttpRequest.StringBodyContent text -> text.getContent().getBytes(StandardCharsets.UTF_8);
            case StandardHttpRequest.ByteArrayBodyContent bytes -> bytes.getContent();
            case StandardHttpRequest.InputStreamBodyContent stream -> {
                try (InputStream content = stream.getContent()) {
                    yield content.readAllBytes();
                }
            }
            default -> throw new IOException("a body that is neither text nor bytes nor a stream: " + body.getClass());
        };
    }
}
