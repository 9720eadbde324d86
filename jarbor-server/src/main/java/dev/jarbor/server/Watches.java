package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Query;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.time.Duration;

/**
 * Starts watches by the rules of {@code resourceVersion}: without one, or with 0, what exists is reported as added and
 * then what changes; with a revision, what followed it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Efficient
 *     detection of changes</a>
 */
final class Watches {
    private final Store store;
    private final Runtime runtime;

    Watches(Store store, Runtime runtime) {
        this.store = store;
        this.runtime = runtime;
    }

    Watch watch(Call call, WatchListener listener) {
        Query query = call.query();
        Revisions.checkWatch(query);
        Selection selection = Selection.of(call);
        boolean bookmarks = query.bool("allowWatchBookmarks");
        Snapshot now = store.snapshot();
        long asked = Revisions.parse(query.string("resourceVersion"));
        if (asked > now.revision()) {
            throw ApiException.tooLargeResourceVersion(asked, now.revision());
        }
        var stream = new WatchStream(runtime, selection, listener, bookmarks);
        boolean sendInitial = query.has("sendInitialEvents") ? query.bool("sendInitialEvents") : asked == 0;
        if (sendInitial) {
            stream.announce(now, bookmarks && query.bool("sendInitialEvents"));
        }
        long from = sendInitial || asked == 0 ? now.revision() : asked;
        try {
            stream.start(store, from);
        } catch (CompactedException gone) {
            // Clients expect this one as an event of a watch that started, so that they list again.
            stream.fail(gone);
            return stream;
        }
        String timeout = query.string("timeoutSeconds");
        if (!timeout.isEmpty() && !timeout.equals("0")) {
            stream.endAfter(Duration.ofSeconds(seconds(timeout)));
        }
        return stream;
    }

    private static long seconds(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException malformed) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }
}
