package dev.jarbor.server.outbound;

import java.io.IOException;
import java.time.Duration;

/** Knows how to reach one destination. */
public interface Dialer {
    /**
     * Connects.
     *
     * @param patience how long it may take
     * @throws IOException in the words that the reference has for it
     */
    Line dial(Duration patience) throws IOException;
}
