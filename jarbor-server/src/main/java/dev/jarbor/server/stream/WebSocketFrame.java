package dev.jarbor.server.stream;

/** One whole message or control frame of a WebSocket (RFC 6455, section 5). */
public sealed interface WebSocketFrame {
    record Text(String text) implements WebSocketFrame {}

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
    record Binary(byte[] bytes) implements WebSocketFrame {}

    /** @param code why, such as 1000 for a normal end (section 7.4); 1005 where the peer gave none */
    record Close(int code, String reason) implements WebSocketFrame {}
}
