package dev.jarbor.server.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The head of an answer, and its body where it is whole.
 *
 * @param headers names and values in the order in which they are sent
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
record Reply(int code, List<Header> headers, byte[] body) {
    record Header(String name, String value) {}

    Reply {
        headers = List.copyOf(headers);
    }

    static Reply of(int code, String contentType, byte[] body) {
        return new Reply(code, List.of(new Header("Content-Type", contentType)), body);
    }

    /** Without a body. */
    static Reply empty(int code) {
        return new Reply(code, List.of(), new byte[0]);
    }

    Reply with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Reply(code, more, body);
    }

    boolean has(String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }

    Reply withBody(byte[] other) {
        return new Reply(code, headers, other);
    }
}
