package dev.jarbor.server.http;

import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Events between the core, which tells them, and the thread that writes them to one client. Holds at most {@link #MOST}
 * events; the core's thread waits a while for a slow client, then the watch is over. Where tasks of the core must not
 * wait, it holds {@link #MOST_WITHOUT_WAITING} instead. From when an event is told until its thread comes back for more,
 * somebody outside is at work.
 */
final class WatchBuffer implements WatchListener {
    static final int MOST = 1000;
    static final int MOST_WITHOUT_WAITING = 100_000;

    private static final long PATIENCE_MILLIS = 30_000;
    /** How long to wait for an event before looking whether the client is still there. */
    private static final long PROBE_MILLIS = 10_000;

    private final LinkedBlockingQueue<Entry> entries;
    private final Runtime runtime;
    private Runtime.Busy taking = Runtime.Busy.NOTHING;
    private volatile boolean left;
    private volatile boolean ending;
    private volatile boolean over;

    WatchBuffer(Runtime runtime) {
        this.runtime = runtime;
        this.entries = new LinkedBlockingQueue<>(runtime.mayBlock() ? MOST : MOST_WITHOUT_WAITING);
    }

    @Override
    public void event(WatchEvent event) {
        if (ending) {
            return;
        }
        try {
            boolean kept = runtime.mayBlock()
                    ? entries.offer(new Entry.Event(event), PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    : offer(new Entry.Event(event));
            if (!kept) {
                overrun();
            }
        } catch (InterruptedException stopped) {
            overrun();
        }
    }

    private synchronized boolean offer(Entry entry) {
        if (taking.equals(Runtime.Busy.NOTHING) && !left) {
            taking = runtime.busy("watch");
        }
        return entries.offer(entry);
    }

    /** Where there is nothing to take, nobody is at work on it. */
    private synchronized void rest() {
        if (entries.isEmpty() || left) {
            taking.close();
            taking = Runtime.Busy.NOTHING;
        }
    }

    /** Nobody takes events any more. */
    void leave() {
        left = true;
        rest();
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
        if (entries.isEmpty()) {
            rest();
        }
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
