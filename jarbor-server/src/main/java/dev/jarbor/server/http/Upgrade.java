package dev.jarbor.server.http;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A connection that leaves HTTP: the headers that answer the client, and who speaks on it from then on.
 *
 * @param headers of the 101 answer
 */
record Upgrade(List<Reply.Header> headers, Speaker speaker) {
    Upgrade {
        headers = List.copyOf(headers);
    }

    /** The same with a header more. */
    Upgrade with(String name, String value) {
        var all = new ArrayList<>(headers);
        all.add(new Reply.Header(name, value));
        return new Upgrade(all, speaker);
    }

    /** The same with something done before and after. */
    Upgrade around(UnaryOperator<Speaker> wrapping) {
        return new Upgrade(headers, wrapping.apply(speaker));
    }

    /** Speaks the new protocol until the connection ends. */
    interface Speaker {
        void speak(Duplex wire) throws IOException;
    }
}
