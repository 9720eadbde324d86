package dev.jarbor.cli;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.store.linear.WatchProperties.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the ConfigMaps of a namespace from a revision on. Whenever the watch ends, by its short time or because the server did, it goes
 * on from the last revision that it heard of.
 */
final class FollowingWatch {
    /** So short that bookmarks, which come before a watch's time is over, are many. */
    private static final int SECONDS = 3;

    private final Api api;
    private final String namespace;
    private final List<Told> told = new ArrayList<>();
    private long seen;
    private @Nullable String error;

    FollowingWatch(Api api, String namespace, long after) {
        this.api = api;
        this.namespace = namespace;
        this.seen = after;
    }

    /** Goes on until it is over, if need be in several watches. */
    void follow(BooleanSupplier over) throws InterruptedException {
        while (!over.getAsBoolean() && error == null) {
            var listening = new Listening();
            ApiRequest request = ApiRequest.of(
                    Verb.WATCH,
                    ResourcePath.collection(ConfigMap.KIND, namespace),
                    Query.NONE
                            .with("resourceVersion", seen())
                            .with("allowWatchBookmarks", true)
                            .with("timeoutSeconds", SECONDS),
                    ObjectValue.EMPTY);
            try (Watch watch = api.watch(request, listening)) {
                while (!listening.ended.await(50, TimeUnit.MILLISECONDS)) {
                    if (over.getAsBoolean()) {
                        watch.close();
                    }
                }
            } catch (ApiException away) {
                if (listening.ended.await(100, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("a watch that was refused has ended", away);
                }
            }
        }
    }

    synchronized long seen() {
        return seen;
    }

    /** What all watches told, one after the other. */
    synchronized List<Told> told() {
        if (error != null) {
            throw new AssertionError(error);
        }
        return List.copyOf(told);
    }

    private synchronized void hear(WatchEvent event) {
        long revision = Long.parseLong("0" + event.object().object("metadata").string("resourceVersion"));
        switch (event.type()) {
            case BOOKMARK -> told.add(new Told.Bookmark(revision));
            case ERROR -> error = event.object().toString();
            case ADDED, MODIFIED, DELETED -> {
                ConfigMap object = ConfigMap.KIND.read(event.object());
                if (ApiHistory.isKey(object.name())) {
                    long value = event.type() == WatchEvent.Type.DELETED ? 0 : ApiHistory.value(object);
                    told.add(new Told.Change(new ObjectKey(namespace, object.name()), value, revision));
                }
            }
        }
        seen = Math.max(seen, revision);
    }

    private final class Listening implements WatchListener {
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void event(WatchEvent event) {
            hear(event);
        }

        @Override
        public void closed() {
            ended.countDown();
        }
    }
}
