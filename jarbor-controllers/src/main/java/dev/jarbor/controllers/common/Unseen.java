package dev.jarbor.controllers.common;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers what an owner's loop has written and its informer does not show yet, so that a stale copy never makes it
 * create or delete twice. The loop asks {@link #settled} first and leaves its owner alone until the copy has caught up;
 * the change that makes it catch up is also what brings the owner back into the queue.
 *
 * <p>A deletion has been seen when the copy shows the object going or not at all: the copy never goes back in time. A
 * creation or a change has been seen when the copy shows that version of the object or a later one, or has heard of any
 * version as late: versions are one growing sequence, so the object was there and is gone again. Where neither comes (a
 * relist may skip both a creation and its deletion) the server is asked after {@link #PATIENCE}.
 *
 * <p>Safe for several workers as long as each owner is worked on by one at a time, which the queue guarantees.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/issues/5647">KEP-5647, stale controller mitigation</a>
 */
public final class Unseen<T extends KubeObject> {
    /** How long to wait for the copy before asking the server. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api api;
    private final Informer<T> informer;
    private final Runtime runtime;
    private final Counter skips;
    private final AtomicLong heard = new AtomicLong();
    private final Map<ObjectKey, Map<ObjectKey, Write>> writes = new ConcurrentHashMap<>();

    /** Listens to {@code informer}; must be made before the listeners that fill the queue, so that it hears first. */
    public Unseen(Api api, Informer<T> informer, Runtime runtime) {
        this(api, informer, runtime, skips(new MetricRegistry(), "nobody", ""));
    }

    /** @param skips counts how often an owner was left alone, as {@link #skips} makes it */
    public Unseen(Api api, Informer<T> informer, Runtime runtime, Counter skips) {
        this.api = api;
        this.informer = informer;
        this.runtime = runtime;
        this.skips = skips;
        informer.onChange(change -> heard.accumulateAndGet(version(change.object()), Math::max));
    }

    /**
     * How often a loop left its owners alone because a copy was stale, by what it was a copy of.
     *
     * @param loop in the reference's words, such as {@code replicaset_controller}
     * @param kind of the owners
     */
    public static Counter skips(MetricRegistry registry, String loop, String kind) {
        return registry.counter(
                loop + "_stale_sync_skips_total",
                "Total number of " + kind + " syncs skipped due to a stale watch cache.",
                "group",
                "resource");
    }

    /** {@code owner}'s loop has created {@code object}. */
    public void created(ObjectKey owner, T object) {
        changed(owner, object);
    }

    /** {@code owner}'s loop has changed something, and {@code object} is the outcome. */
    public void changed(ObjectKey owner, T object) {
        add(owner, object.key(), new Write(object.metadata().uid(), version(object), false, runtime.now()));
    }

    /** {@code owner}'s loop has asked to delete {@code object}. */
    public void deleted(ObjectKey owner, T object) {
        add(owner, object.key(), new Write(object.metadata().uid(), 0, true, runtime.now()));
    }

    /** Whether the copy shows everything that {@code owner}'s loop has written. */
    public boolean settled(ObjectKey owner) {
        Map<ObjectKey, Write> outstanding = writes.get(owner);
        if (outstanding == null) {
            return true;
        }
        outstanding.entrySet().removeIf(entry -> isSeen(entry.getKey(), entry.getValue()));
        if (outstanding.isEmpty()) {
            writes.remove(owner);
            return true;
        }
        skips.increment(informer.kind().group(), informer.kind().plural());
        return false;
    }

    /** {@code owner} is gone, and so is the interest in what it wrote. */
    public void forget(ObjectKey owner) {
        writes.remove(owner);
    }

    private void add(ObjectKey owner, ObjectKey key, Write write) {
        writes.computeIfAbsent(owner, unknown -> new TreeMap<>()).put(key, write);
    }

    private boolean isSeen(ObjectKey key, Write write) {
        if (stands(informer.get(key), write) != write.deletion) {
            return true;
        }
        if (!write.deletion && write.version > 0 && heard.get() >= write.version) {
            return true;
        }
        if (!runtime.now().isAfter(write.at.plus(PATIENCE))) {
            return false;
        }
        // The server does not know what was written: created and gone unheard of, or a deletion that never happened.
        return stands(api.find(informer.kind(), key), write) == write.deletion;
    }

    /** Whether {@code found} is the object as it was written or later; for a deletion, as it was before. */
    private boolean stands(Optional<T> found, Write write) {
        return found.filter(object -> object.metadata().uid().equals(write.uid))
                .filter(object -> write.deletion ? !Ownership.isDeleting(object) : version(object) >= write.version)
                .isPresent();
    }

    /** 0 where the version is not a number: then only the copy itself counts. */
    private static long version(KubeObject object) {
        try {
            return Long.parseLong(object.metadata().resourceVersion());
        } catch (NumberFormatException opaque) {
            return 0;
        }
    }

    private record Write(String uid, long version, boolean deletion, Instant at) {}
}
