package dev.jarbor.server.http;

import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Events between the core, which tells them, and the thread that writes them to one client. Holds at most {@link #MOST}
 * events; the core's thread waits a while for a slow client, then the watch is over.
 */
final class WatchBuffer implements WatchListener {
    static final int MOST = 1000;
    private static final long PATIENCE_MILLIS = 30_000;
    /** How long to wait for an event before looking whether the client is still there. */
    private static final long PROBE_MILLIS = 10_000;

    private final LinkedBlockingQueue<Entry> entries = new LinkedBlockingQueue<>(MOST);
    private final Runtime runtime;
    private volatile boolean ending;
    private volatile boolean over;

    WatchBuffer(Runtime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void event(WatchEvent event) {
        if (ending) {
            return;
        }
        try {
            boolean kept = runtime.mayBlock()
                    ? entries.offer(new Entry.Event(event), PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    : entries.offer(new Entry.Event(event));
            if (!kept) {
                overrun();
            }
        } catch (InterruptedException stopped) {
            overrun();
        }
    }

    /** The client did not keep up: nothing more is sent, so that it knows where it stands. */
    private void overrun() {
        ending = true;
        over = true;
    }

    @Override
    public void closed() {
        ending = true;
        if (!entries.offer(new Entry.End())) {
            over = true;
        }
    }

    /** The next event; empty when none came for a while or when the watch is over. */
    Optional<WatchEvent> next() {
        try {
            Entry entry = entries.poll(PROBE_MILLIS, TimeUnit.MILLISECONDS);
            if (entry instanceof Entry.Event(WatchEvent event)) {
                return Optional.of(event);
            }
            if (entry instanceof Entry.End) {
                over = true;
            }
            return Optional.empty();
        } catch (InterruptedException stopped) {
            over = true;
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean isOver() {
        return over;
    }

    private sealed interface Entry {
        record Event(WatchEvent event) implements Entry {}

        record End() implements Entry {}
    }
}
