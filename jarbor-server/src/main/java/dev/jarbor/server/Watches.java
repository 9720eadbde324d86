package dev.jarbor.server;

import dev.jarbor.client.Query;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.customresources.Definitions;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.time.Duration;

/**
 * Starts watches by the rules of {@code resourceVersion}: without one, or with 0, what exists is reported as added and
 * then what changes; with a revision, what followed it. A revision that lies ahead is waited for.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Efficient
 *     detection of changes</a>
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists">Streaming lists</a>
 */
final class Watches {
    /** Ten years: no connection lives that long. */
    private static final long LONGEST_SECONDS = 10L * 365 * 24 * 3600;

    private final Store store;
    private final Runtime runtime;
    private final boolean lists;
    private final Definitions definitions;
    private final Minutes minutes;

    /**
     * @param lists whether watches may begin with all objects, up to a bookmark
     * @param definitions tells when a watch of a custom resource is out of date
     */
    Watches(Store store, Runtime runtime, boolean lists, Definitions definitions) {
        this.store = store;
        this.runtime = runtime;
        this.lists = lists;
        this.definitions = definitions;
        this.minutes = new Minutes(runtime);
    }

    Watch watch(Call call, WatchListener listener) {
        Query query = call.query();
        Revisions.checkWatch(query, lists);
        Selection selection = Selection.of(call);
        long seconds = Revisions.number(query, "timeoutSeconds");
        long asked = Revisions.parseForWatch(call.resource(), query.string("resourceVersion"));
        Snapshot now = store.snapshot();
        boolean initial = query.has("sendInitialEvents") ? query.bool("sendInitialEvents") : asked == 0;
        var stream = new WatchStream(runtime, minutes, selection, listener, query.bool("allowWatchBookmarks"));
        if (seconds != 0) {
            stream.endAfter(Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_SECONDS)));
        }
        try {
            if (initial) {
                stream.announce(now, asked);
                stream.start(store, now.revision(), now.revision());
            } else {
                stream.start(store, asked == 0 ? now.revision() : Math.min(asked, now.revision()), asked);
            }
        } catch (CompactedException gone) {
            // clients expect this one as an event of a watch that started, so that they list again
            stream.fail(gone);
        }
        if (call.resource().custom().isCustom()) {
            stream.endWith(definitions);
        }
        return stream;
    }
}
