package dev.jarbor.server.http;

import java.util.List;

/** Which protocols a client offers to continue with. */
sealed interface UpgradeRequest {
    /** @param subprotocols best first, without those that carry a token */
    record ToWebSocket(String key, List<String> subprotocols) implements UpgradeRequest {}

    /** @param versions of the protocol inside, best first */
    record ToSpdy(List<String> versions) implements UpgradeRequest {}

    /** The request stays with HTTP. */
    record None() implements UpgradeRequest {}

    static UpgradeRequest of(RequestHead head) {
        if (WebSocketHandshake.asked(head)) {
            List<String> offers = Authentication.withoutToken(WebSocketHandshake.offers(head));
            return new ToWebSocket(head.header("sec-websocket-key"), offers);
        }
        boolean spdy = head.items("upgrade").stream().anyMatch(item -> item.equalsIgnoreCase("SPDY/3.1"));
        return spdy ? new ToSpdy(head.items("x-stream-protocol-version")) : new None();
    }
}
