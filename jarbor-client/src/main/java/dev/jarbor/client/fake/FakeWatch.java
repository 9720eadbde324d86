package dev.jarbor.client.fake;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One watch: a position in the store's log. One task at a time reads from there and tells the listener, so events come
 * one at a time and in order on both runtimes. All fields are guarded by the store; the listener is called without it.
 */
final class FakeWatch implements Watch {
    private static final int BATCH = 100;

    private final FakeStore store;
    private final Runtime runtime;
    private final ApiRequest request;
    private final Selection selection;
    private final WatchListener listener;
    /** Events that do not come from the log: the objects present at the start, and bookmarks. */
    private final List<WatchEvent> extra = new ArrayList<>();

    private final Runtime.Timer timeout;
    private long position;
    private boolean scheduled;
    private boolean dropped;
    private boolean closed;

    FakeWatch(FakeStore store, Runtime runtime, ApiRequest request, Selection selection, WatchListener listener) {
        this.store = store;
        this.runtime = runtime;
        this.request = request;
        this.selection = selection;
        this.listener = listener;
        String from = request.query().string("resourceVersion");
        if (from.isEmpty() || from.equals("0")) {
            this.position = store.revision();
            store.list(request.path()).stream()
                    .filter(selection::matches)
                    .forEach(object -> extra.add(new WatchEvent(WatchEvent.Type.ADDED, object)));
        } else {
            this.position = Long.parseLong(from);
        }
        this.timeout = request.query().has("timeoutSeconds")
                ? runtime.schedule("watch timeout", timeoutOf(request), this::drop)
                : () -> {};
    }

    private static Duration timeoutOf(ApiRequest request) {
        return Duration.ofSeconds(Long.parseLong(request.query().string("timeoutSeconds")));
    }

    void wake() {
        synchronized (store) {
            if (!scheduled && !closed) {
                scheduled = true;
                runtime.execute("watch " + request.path().plural(), this::deliver);
            }
        }
    }

    void drop() {
        synchronized (store) {
            dropped = true;
            wake();
        }
    }

    void bookmark() {
        synchronized (store) {
            if (request.query().bool("allowWatchBookmarks")
                    && store.after(position, request.path(), 1).isEmpty()) {
                position = store.revision();
                extra.add(new WatchEvent(
                        WatchEvent.Type.BOOKMARK,
                        ObjectValue.EMPTY.update(
                                "metadata", metadata -> metadata.with("resourceVersion", Long.toString(position)))));
                wake();
            }
        }
    }

    @Override
    public void close() {
        synchronized (store) {
            store.ended(this, request.path());
            drop();
        }
    }

    private void deliver() {
        var events = new ArrayList<WatchEvent>();
        boolean ends;
        synchronized (store) {
            if (closed) {
                return;
            }
            events.addAll(extra);
            extra.clear();
            ends = dropped;
            if (!ends && position < store.oldest(request.path())) {
                events.add(
                        new WatchEvent(WatchEvent.Type.ERROR, Refusal.expired(position, store.oldest(request.path()))));
                ends = true;
            } else if (!ends) {
                read(events);
            }
            if (ends) {
                closed = true;
                timeout.cancel();
                store.ended(this, request.path());
            }
        }
        events.forEach(listener::event);
        if (ends) {
            listener.closed();
            return;
        }
        synchronized (store) {
            scheduled = false;
            if (dropped || !store.after(position, request.path(), 1).isEmpty() || !extra.isEmpty()) {
                wake();
            }
        }
    }

    private void read(List<WatchEvent> events) {
        for (FakeStore.Entry entry : store.after(position, request.path(), BATCH)) {
            position = entry.revision();
            String namespace = request.path().namespace();
            if (namespace.isEmpty() || namespace.equals(entry.key().namespace())) {
                selection.seen(entry).ifPresent(events::add);
            }
        }
    }
}
