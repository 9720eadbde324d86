package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** What a client's half of a WebSocket handshake says (RFC 6455, section 4.1). */
final class WebSocketHandshake {
    private WebSocketHandshake() {}

    static boolean asked(RequestHead head) {
        return head.items("upgrade").stream().anyMatch(item -> item.equalsIgnoreCase("websocket"))
                && head.header("sec-websocket-version").equals("13")
                && !head.header("sec-websocket-key").isEmpty();
    }

    /** The subprotocols that the client offers, best first. */
    static List<String> offers(RequestHead head) {
        return head.items("sec-websocket-protocol");
    }

    static String decode(String base64url) {
        try {
            return new String(Base64.getUrlDecoder().decode(base64url), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.unauthorized();
        }
    }
}
