package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a node writes a log: the answer begins with the first byte, so that a refusal can still become a Status. A
 * followed log is sent as it comes, and while it is silent the client is probed, because nothing else would tell that it
 * has gone.
 */
final class LogSink extends OutputStream {
    private static final Duration PROBE_EVERY = Duration.ofSeconds(10);
    private static final Duration BEGIN_WITHIN = Duration.ofMillis(200);

    private final Exchange exchange;
    private final Runtime runtime;
    private final boolean follow;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<Exchange.Outflow> outflow = Optional.empty();
    private Runtime.Timer probe;
    private boolean gone;
    private boolean over;

    LogSink(Exchange exchange, Runtime runtime, boolean follow) {
        this.exchange = exchange;
        this.runtime = runtime;
        this.follow = follow;
        // clients that follow a silent log are waiting for the head of the answer
        this.probe =
                follow ? runtime.schedule("log of " + exchange.head().path(), BEGIN_WITHIN, this::probe) : () -> {};
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        lock.lock();
        try {
            open().output().write(bytes, offset, length);
            if (follow) {
                open().output().flush();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            open().output().flush();
        } finally {
            lock.unlock();
        }
    }

    private Exchange.Outflow open() throws IOException {
        if (gone) {
            throw new IOException("the client has gone");
        }
        if (outflow.isEmpty()) {
            Exchange.Outflow opened = exchange.stream(
                    Reply.of(200, "text/plain", new byte[0]).with("Cache-Control", "no-cache, private"));
            opened.onGone(() -> gone = true);
            outflow = Optional.of(opened);
        }
        return outflow.get();
    }

    private void probe() {
        lock.lock();
        try {
            if (!over) {
                open().output().flush();
                open().probe();
                probe = runtime.schedule("log of " + exchange.head().path(), PROBE_EVERY, this::probe);
            }
        } catch (IOException | RuntimeException broken) {
            gone = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            over = true;
            probe.cancel();
            if (!gone) {
                open().close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The node failed: a Status where nothing was sent yet, else the log just ends. */
    void broken(IOException failure) {
        boolean begun;
        lock.lock();
        try {
            over = true;
            probe.cancel();
            begun = outflow.isPresent();
        } finally {
            lock.unlock();
        }
        if (begun) {
            throw new GoneException(failure);
        }
        throw ApiException.internalError(failure);
    }
}
