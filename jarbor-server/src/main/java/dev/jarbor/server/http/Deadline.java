package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;

/**
 * The time that one request may take: as long as its server lets it, or less where its client says so with {@code ?timeout=}. When it is over,
 * whatever the request waits for is interrupted.
 */
final class Deadline implements AutoCloseable {
    private final Thread worker = Thread.currentThread();
    private final Runnable before;
    private Runtime.Timer timer = () -> {};
    private boolean closed;
    private boolean passed;

    private Deadline(Runnable before) {
        this.before = before;
    }

    /**
     * Starts the clock.
     *
     * @param before what is done when the time is over, before the interruption
     * @throws ApiException when the client's limit cannot be read
     */
    static Deadline of(RequestHead head, Duration most, Runtime runtime, Runnable before) {
        var deadline = new Deadline(before);
        deadline.timer = runtime.schedule("request timeout", limit(head, most), deadline::pass);
        return deadline;
    }

    /** For requests that last as long as they like. */
    static Deadline none() {
        return new Deadline(() -> {});
    }

    private static Duration limit(RequestHead head, Duration most) {
        List<String> asked = head.parameter("timeout");
        if (asked.isEmpty() || asked.getFirst().isEmpty()) {
            return most;
        }
        try {
            Duration limit = GoDuration.parse(asked.getFirst());
            return limit.isZero() || limit.isNegative() || limit.compareTo(most) > 0 ? most : limit;
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("invalid timeout specified in the request URL - " + malformed.getMessage());
        }
    }

    private synchronized void pass() {
        if (!closed) {
            passed = true;
            before.run();
            worker.interrupt();
        }
    }

    synchronized boolean isPassed() {
        return passed;
    }

    static ApiException exceeded() {
        return ApiException.timeout("request did not complete within requested timeout - context deadline exceeded");
    }

    /** Stops the clock; an interruption that came too late is taken back. */
    @Override
    public synchronized void close() {
        closed = true;
        timer.cancel();
        if (passed && Thread.interrupted()) {
            return;
        }
    }
}
