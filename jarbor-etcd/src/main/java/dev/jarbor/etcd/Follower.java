package dev.jarbor.etcd;

import dev.jarbor.etcd.proto.Event;
import dev.jarbor.etcd.proto.WatchCreateRequest;
import dev.jarbor.etcd.proto.WatchRequest;
import dev.jarbor.etcd.proto.WatchResponse;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Keeps the cache in step with etcd by one watch of all keys. A watch that is lost is begun again after the last revision
 * that the cache has, at another member. Where etcd has forgotten what followed that, everything is read anew, and
 * watches of the store that had not seen it are refused: what happened between nobody can tell.
 */
final class Follower {
    /** How long the cache may lag behind before its watch is begun anew at another member. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    /** Before a lost watch is begun again; a second failure in a row waits longer, up to the bound. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final EtcdClient client;
    private final EtcdKeys keys;
    private final Loader loader;
    private final Cache cache;
    private final Revisions revisions;
    private final Runtime runtime;

    private final Object state = new Object();
    private Optional<EtcdClient.Stream> stream = Optional.empty();
    /** When the watch was begun or told something last, on the runtime's clock of nanoseconds. */
    private long heard;

    private boolean closed;
    /** Whether everything must be read anew before the next watch. */
    private boolean lost;

    private Duration pause = FIRST_PAUSE;

    Follower(EtcdClient client, EtcdKeys keys, Loader loader, Cache cache, Revisions revisions, Runtime runtime) {
        this.revisions = revisions;
        this.client = client;
        this.keys = keys;
        this.loader = loader;
        this.cache = cache;
        this.runtime = runtime;
    }

    void start() {
        runtime.execute("etcd watch", this::follow);
    }

    /**
     * The cache lacks what etcd has: whatever the watch waits for, another one may hear it. Many who wait say so at once,
     * so a watch that was begun only just now, or that goes on telling, has its time first.
     */
    void suspect() {
        synchronized (state) {
            if (runtime.nanoTime() - heard >= PATIENCE.toNanos()) {
                stream.ifPresent(EtcdClient.Stream::failed);
            }
        }
    }

    /** etcd is not the one that the cache was read from: it has less history. */
    void forget() {
        synchronized (state) {
            lost = true;
            stream.ifPresent(EtcdClient.Stream::cancel);
        }
    }

    void close() {
        synchronized (state) {
            closed = true;
            stream.ifPresent(EtcdClient.Stream::cancel);
        }
    }

    /** One watch, until it fails; then hands in the next. */
    private void follow() {
        try {
            reload();
            EtcdClient.Stream watch = client.watch(from(revisions.inEtcd(cache.revision()) + 1));
            if (!begin(watch)) {
                return;
            }
            try {
                read(watch);
            } catch (StatusRuntimeException failed) {
                ended(watch, failed);
            } finally {
                watch.cancel();
            }
        } catch (StoreException | StatusRuntimeException failed) {
            LOG.log(System.Logger.Level.WARNING, "cannot follow etcd: error=" + failed.getMessage());
            grow();
        }
        again();
    }

    private void reload() {
        synchronized (state) {
            if (!lost) {
                return;
            }
        }
        cache.restart(loader.latest());
        synchronized (state) {
            lost = false;
        }
    }

    private boolean begin(EtcdClient.Stream watch) {
        synchronized (state) {
            if (closed) {
                watch.cancel();
                return false;
            }
            stream = Optional.of(watch);
            heard = runtime.nanoTime();
            return true;
        }
    }

    private void read(EtcdClient.Stream watch) {
        var parts = new ArrayList<Event>();
        while (true) {
            WatchResponse response = watch.next();
            pause = FIRST_PAUSE;
            synchronized (state) {
                heard = runtime.nanoTime();
            }
            if (response.getCanceled()) {
                cancelled(watch, response);
                return;
            }
            parts.addAll(response.getEventsList());
            // A commit too large for one message comes in several.
            if (!response.getFragment()) {
                cache.apply(parts);
                parts.clear();
            }
        }
    }

    private void cancelled(EtcdClient.Stream watch, WatchResponse response) {
        if (response.getCompactRevision() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "etcd has forgotten what follows the cache; reading everything anew: revision=" + cache.revision()
                            + " compacted=" + response.getCompactRevision());
            synchronized (state) {
                lost = true;
            }
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "etcd ended the watch: reason=" + response.getCancelReason());
        if (response.getCancelReason().contains("auth")) {
            watch.loggedOut();
        } else {
            watch.failed();
        }
        grow();
    }

    private void ended(EtcdClient.Stream watch, StatusRuntimeException failed) {
        synchronized (state) {
            if (closed) {
                return;
            }
        }
        LOG.log(System.Logger.Level.DEBUG, "the watch of etcd is lost: error=" + Fault.message(failed));
        if (Fault.of(failed) == Fault.LOGGED_OUT) {
            watch.loggedOut();
        } else {
            watch.failed();
        }
        grow();
    }

    private void grow() {
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    private void again() {
        synchronized (state) {
            stream = Optional.empty();
            if (closed) {
                return;
            }
        }
        runtime.schedule("etcd watch", pause, this::follow);
    }

    private WatchRequest from(long revision) {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(keys.first())
                        .setRangeEnd(keys.end())
                        .setStartRevision(revision)
                        .setFragment(true))
                .build();
    }
}
