package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.customresources.Definitions;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One running watch. It holds a position in the store's history and no events: a listener that is slow makes the watch
 * fall behind, and one that falls behind further than the store remembers ends with 410 Expired.
 *
 * <p>Everything that touches the listener runs in one {@link SerialTasks}, so the listener hears one thing at a time.
 */
final class WatchStream implements Watch {
    /** Events taken from the store at once. */
    private static final int BATCH = 256;

    private static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);
    /** The last bookmark comes this long before the watch's time is over. */
    private static final Duration BEFORE_END = Duration.ofSeconds(2);
    /** How often to look whether a revision has come that the first events were to wait for. */
    private static final Duration CATCHING_UP = Duration.ofMillis(200);

    private final Runtime runtime;
    private final Minutes minutes;
    private final Selection selection;
    private final WatchListener listener;
    private final SerialTasks tasks;
    private final boolean bookmarks;
    private dev.jarbor.store.Watch position = NOTHING;
    private Runtime.Timer bookmark = () -> {};
    private Runtime.Timer timeout = () -> {};
    private Runnable unfollow = () -> {};
    private Instant deadline = Instant.MAX;
    /** Events up to this revision are known to the client. */
    private long known;
    /** The revision at which the bookmark after the first events is due; -1 when none is. */
    private long marked = -1;
    /** Whether the client may resume from what it knows for ever, as long as nothing happens to the kind. */
    private boolean quiet;
    /** The last revision that the client was told of. */
    private volatile long told;
    /** Whether the client is told of what exists, or knows it. */
    private boolean announced;

    private volatile boolean ended;

    private static final dev.jarbor.store.Watch NOTHING = new dev.jarbor.store.Watch() {
        @Override
        public List<StoreEvent> poll(int max) {
            return List.of();
        }

        @Override
        public long seen() {
            return 0;
        }

        @Override
        public long latest() {
            return 0;
        }

        @Override
        public void close() {}
    };

    WatchStream(Runtime runtime, Minutes minutes, Selection selection, WatchListener listener, boolean bookmarks) {
        this.runtime = runtime;
        this.minutes = minutes;
        this.selection = selection;
        this.listener = listener;
        this.bookmarks = bookmarks;
        this.tasks = new SerialTasks(runtime, "watch " + selection.resource().storage());
    }

    /**
     * Starts reporting what follows {@code known}.
     *
     * @param revision where to start reading
     * @throws CompactedException when what follows {@code revision} is no longer known
     */
    void start(Store store, long revision, long known) {
        this.known = known;
        told = announced ? told : known;
        quiet = store.remembersQuietKinds();
        position = store.watch(
                selection.resource().storage(), revision, selection.interest(), () -> tasks.add(this::drain));
        tasks.add(this::drain);
        if (bookmarks) {
            tasks.add(this::scheduleBookmark);
        }
    }

    /**
     * Reports what {@code snapshot} holds as added, before anything else. With bookmarks, one marks the end of that as
     * soon as the watch has seen the revision {@code least}.
     */
    void announce(Snapshot snapshot, long least) {
        announced = true;
        tasks.add(() -> {
            for (Map.Entry<ObjectKey, ObjectValue> entry : objects(snapshot).entrySet()) {
                if (ended) {
                    return;
                }
                try {
                    ObjectValue object = loaded(entry.getValue());
                    if (selection.matches(entry.getKey(), object)) {
                        send(WatchEvent.Type.ADDED, object);
                    }
                } catch (ApiException refused) {
                    refuse(refused);
                }
            }
            if (bookmarks) {
                if (least <= snapshot.revision()) {
                    sendBookmark(snapshot.revision(), true);
                } else {
                    marked = least;
                }
            }
        });
    }

    /** Ends the watch before it began, because what it was to start from is gone. */
    void fail(CompactedException gone) {
        tasks.add(() -> expire(gone));
    }

    void endAfter(Duration limit) {
        deadline = runtime.now().plus(limit);
        timeout = runtime.schedule("watch timeout", limit, () -> tasks.add(this::end));
    }

    /** Ends the watch of a custom resource, after what has happened so far, when its definition changes or goes. */
    void endWith(Definitions definitions) {
        tasks.add(() -> {
            if (!ended) {
                unfollow = definitions.follow(selection.resource().custom(), () -> tasks.add(this::finish));
            }
        });
    }

    @Override
    public void close() {
        tasks.add(this::end);
    }

    private void finish() {
        drain();
        end();
    }

    private SortedMap<ObjectKey, ObjectValue> objects(Snapshot snapshot) {
        String storage = selection.resource().storage();
        return selection.namespace().isEmpty() ? snapshot.all(storage) : snapshot.in(storage, selection.namespace());
    }

    private void drain() {
        try {
            List<StoreEvent> events = ended ? List.of() : position.poll(BATCH);
            while (!events.isEmpty()) {
                for (StoreEvent event : events) {
                    if (ended) {
                        return;
                    }
                    report(event);
                }
                events = position.poll(BATCH);
            }
        } catch (CompactedException overtaken) {
            expire(overtaken);
        } catch (ApiException refused) {
            // a custom resource cannot be converted to the version that is watched
            refuse(refused);
        }
    }

    private void refuse(ApiException refused) {
        if (!ended) {
            listener.event(
                    new WatchEvent(WatchEvent.Type.ERROR, refused.status().value()));
            end();
        }
    }

    private void expire(CompactedException gone) {
        if (!ended) {
            ApiException expired = ApiException.tooOldResourceVersion(gone.requested(), gone.oldest());
            listener.event(
                    new WatchEvent(WatchEvent.Type.ERROR, expired.status().value()));
            end();
        }
    }

    private void report(StoreEvent event) {
        if (event.revision() <= known) {
            return;
        }
        ObjectKey key = event.key();
        switch (event) {
            case StoreEvent.Created created -> {
                ObjectValue object = loaded(created.object());
                if (selection.matches(key, object)) {
                    send(WatchEvent.Type.ADDED, object);
                }
            }
            case StoreEvent.Updated updated -> {
                ObjectValue before = loaded(updated.before());
                ObjectValue object = loaded(updated.object());
                boolean was = selection.matches(key, before);
                boolean is = selection.matches(key, object);
                if (is) {
                    send(was ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED, object);
                } else if (was) {
                    send(WatchEvent.Type.DELETED, left(before, updated.revision()));
                }
            }
            case StoreEvent.Deleted deleted -> {
                ObjectValue object = loaded(deleted.object());
                if (selection.matches(key, object)) {
                    send(WatchEvent.Type.DELETED, object);
                }
            }
        }
    }

    /** What left the selection is shown as it was in it, at the revision at which it left. */
    private static ObjectValue left(ObjectValue before, long revision) {
        return before.update("metadata", metadata -> metadata.with("resourceVersion", Long.toString(revision)));
    }

    private ObjectValue loaded(ObjectValue kept) {
        return selection.resource().loaded(kept);
    }

    private void send(WatchEvent.Type type, ObjectValue object) {
        told = Math.max(told, Metadata.revision(object));
        listener.event(new WatchEvent(type, selection.resource().shown(object)));
    }

    private void scheduleBookmark() {
        if (ended) {
            return;
        }
        Duration next = untilBookmark();
        if (next.equals(BOOKMARK_INTERVAL)) {
            minutes.inAMinute(this::minute);
        } else {
            bookmark = runtime.beat("watch bookmark", next, () -> tasks.add(this::bookmark));
        }
    }

    /** A watch without an end that has nothing to tell waits for another minute; whatever else there is to do has its turn. */
    private void minute() {
        if (!ended && deadline.equals(Instant.MAX) && !isDue()) {
            minutes.inAMinute(this::minute);
        } else {
            tasks.add(this::bookmark);
        }
    }

    private Duration untilBookmark() {
        if (marked >= 0) {
            return CATCHING_UP;
        }
        Duration left = deadline.equals(Instant.MAX)
                ? BOOKMARK_INTERVAL
                : Duration.between(runtime.now(), deadline.minus(BEFORE_END));
        return left.isPositive() && left.compareTo(BOOKMARK_INTERVAL) < 0 ? left : BOOKMARK_INTERVAL;
    }

    private void bookmark() {
        drain();
        if (marked < 0) {
            if (isDue()) {
                sendBookmark(position.seen(), false);
            }
        } else if (position.seen() >= marked) {
            marked = -1;
            sendBookmark(position.seen(), true);
        }
        scheduleBookmark();
    }

    /** Where the history of a quiet kind is kept, only what the client did not select is a reason to tell it a revision. */
    private boolean isDue() {
        return !quiet || position.latest() > told;
    }

    private void sendBookmark(long revision, boolean endOfInitialEvents) {
        if (ended) {
            return;
        }
        told = Math.max(told, revision);
        var metadata = ObjectValue.builder().put("resourceVersion", Long.toString(revision));
        if (endOfInitialEvents) {
            metadata.put("annotations", ObjectValue.EMPTY.with("k8s.io/initial-events-end", "true"));
        }
        ObjectValue object = selection.resource().kind().stamp(ObjectValue.of("metadata", metadata.build()));
        listener.event(new WatchEvent(WatchEvent.Type.BOOKMARK, object));
    }

    private void end() {
        if (!ended) {
            ended = true;
            bookmark.cancel();
            timeout.cancel();
            unfollow.run();
            position.close();
            listener.closed();
        }
    }
}
