package dev.jarbor.server.http;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.util.List;

/**
 * A connection that leaves HTTP: the headers that answer the client, and who speaks on it from then on.
 *
 * @param headers of the 101 answer
 */
record Upgrade(List<Reply.Header> headers, Speaker speaker) {
    Upgrade {
        headers = List.copyOf(headers);
    }

    /** Speaks the new protocol until the connection ends. */
    interface Speaker {
        void speak(Duplex wire) throws IOException;
    }
}
