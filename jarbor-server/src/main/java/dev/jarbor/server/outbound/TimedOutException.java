package dev.jarbor.server.outbound;

import java.io.IOException;

/** The time for a call is over; said as Go says it, because clients of the reference look for these words. */
public final class TimedOutException extends IOException {
    private static final long serialVersionUID = 1L;

    public TimedOutException(Throwable cause) {
        super("context deadline exceeded", cause);
    }
}
