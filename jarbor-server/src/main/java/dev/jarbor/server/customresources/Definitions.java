package dev.jarbor.server.customresources;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.registry.CustomVersion;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks after the CustomResourceDefinitions of a server: accepts their names, establishes them, and deletes what is left
 * of those that are being deleted.
 *
 * <p>{@link #settle} brings every definition to rest and may be called by anybody at any time: what it decides holds for
 * one state of the definitions, and a commit that meets another one is decided anew. The server calls it before it
 * acknowledges a write of a definition; a watch of the store calls it for writes of others, and when objects of a deleted
 * definition lose their last finalizer.
 *
 * <p>Watches of custom resources {@link #follow} their definition: as in the reference, they end when it changes, and their
 * clients begin anew with what it says then.
 */
public final class Definitions implements AutoCloseable {
    private static final int MOST_ATTEMPTS = 1000;
    /** Until a store that did not answer is asked again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Store store;
    private final Runtime runtime;
    private final AtomicInteger pending = new AtomicInteger();
    private final ConcurrentHashMap<String, Watch> watched = new ConcurrentHashMap<>();
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public Definitions(Store store, Runtime runtime) {
        this.store = store;
        this.runtime = runtime;
    }

    /** Somebody who goes by a definition until it changes. */
    private final class Follower {
        private final CustomVersion version;
        private final Runnable changed;

        Follower(CustomVersion version, Runnable changed) {
            this.version = version;
            this.changed = changed;
        }

        void look() {
            boolean same = store.snapshot()
                    .get(Definition.STORAGE, ObjectKey.cluster(version.definition()))
                    .filter(object -> new Definition(object).source().equals(version.source()))
                    .isPresent();
            if (!same && followers.remove(this)) {
                changed.run();
            }
        }
    }

    /**
     * Tells once when {@code version} is out of date: its definition is gone, or says something else than it was made from.
     *
     * @param changed is called by any thread, at once where that is so already
     * @return for one who does not want to be told any more
     */
    public Runnable follow(CustomVersion version, Runnable changed) {
        var follower = new Follower(version, changed);
        followers.add(follower);
        follower.look();
        return () -> followers.remove(follower);
    }

    /** Begins to follow the store. */
    public void start() {
        follow(Definition.STORAGE);
    }

    private void follow(String storage) {
        if (closed || watched.containsKey(storage)) {
            return;
        }
        try {
            Watch watch = store.watch(storage, store.snapshot().revision(), this::wake);
            Watch earlier = watched.putIfAbsent(storage, watch);
            if (earlier != null) {
                watch.close();
            } else {
                // A watch wakes nobody before it has been polled once.
                wake();
            }
        } catch (CompactedException overtaken) {
            // The present was read anew between the two calls.
            runtime.execute("custom resource definitions", () -> follow(storage));
        }
    }

    private void wake() {
        if (!closed && pending.getAndIncrement() == 0) {
            runtime.execute("custom resource definitions", this::look);
        }
    }

    /** Runs once at a time: who wakes it meanwhile makes it look again. */
    private void look() {
        int seen;
        do {
            seen = pending.get();
            watched.forEach(this::drain);
            try {
                settle();
            } catch (StoreException silent) {
                // Whoever wakes it in the meantime need not: it looks again by itself.
                runtime.schedule("custom resource definitions", RETRY, this::look);
                return;
            }
            followers.forEach(Follower::look);
        } while (!closed && !pending.compareAndSet(seen, 0));
    }

    /** What happened does not matter, only that something did. */
    private void drain(String storage, Watch watch) {
        try {
            while (!watch.poll(256).isEmpty()) {
                // taken as seen
            }
        } catch (CompactedException overtaken) {
            // Settling looks at the present anyway; what follows is told by a watch that has not missed anything.
            watched.remove(storage, watch);
            watch.close();
            follow(storage);
        }
    }

    /** Brings every definition to rest, as far as that is possible now. */
    public void settle() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS && !closed; attempt++) {
            Snapshot now = store.snapshot();
            List<Definition> definitions = now.all(Definition.STORAGE).values().stream()
                    .map(Definition::new)
                    .toList();
            Optional<Transaction> next = next(definitions, now);
            if (next.isEmpty()) {
                forget(definitions);
                return;
            }
            store.commit(next.get());
        }
    }

    /** The next thing to do about a definition; empty when all are at rest. */
    private Optional<Transaction> next(List<Definition> definitions, Snapshot now) {
        for (Definition definition : definitions) {
            Optional<Transaction> step = definition.awaitsCleanup()
                    ? cleanUp(definition, now)
                    : definition.isTerminating() ? Optional.empty() : accept(definition, definitions);
            if (step.isPresent()) {
                return step;
            }
        }
        return Optional.empty();
    }

    private Optional<Transaction> accept(Definition definition, List<Definition> all) {
        var instant = runtime.now().truncatedTo(ChronoUnit.SECONDS);
        ObjectValue named = Naming.status(definition, all, instant);
        ObjectValue status = Structure.status(definition, Approval.status(definition, named, instant), instant);
        if (status.equals(definition.status())) {
            return Optional.empty();
        }
        var writes = new ArrayList<Transaction.Write>();
        writes.add(put(definition, definition.value().with("status", status)));
        for (Definition other : all) {
            // Names are given to one of those that ask for them: the others must be what they were.
            if (other.group().equals(definition.group()) && !other.name().equals(definition.name())) {
                writes.add(new Transaction.Require(Definition.STORAGE, key(other), revision(other.value())));
            }
        }
        return Optional.of(new Transaction(writes));
    }

    /** Deletes the objects of {@code definition}, and then lets it go. */
    private Optional<Transaction> cleanUp(Definition definition, Snapshot now) {
        follow(definition.name());
        var instant = runtime.now().truncatedTo(ChronoUnit.SECONDS);
        var objects = now.all(definition.name());
        if (objects.isEmpty()) {
            ObjectValue status = Conditions.with(
                    definition.status(),
                    "Terminating",
                    "False",
                    "InstanceDeletionCompleted",
                    "removed all instances",
                    instant);
            return Optional.of(finalized(definition, status));
        }
        ObjectValue status = Conditions.with(
                definition.status(),
                "Terminating",
                "True",
                "InstanceDeletionInProgress",
                "CustomResource deletion is in progress",
                instant);
        if (!status.equals(definition.status())) {
            return Optional.of(Transaction.of(put(definition, definition.value().with("status", status))));
        }
        var writes = new ArrayList<Transaction.Write>();
        objects.forEach((key, object) -> {
            if (object.object("metadata").list("finalizers").isEmpty()) {
                writes.add(new Transaction.Delete(definition.name(), key, revision(object)));
            } else if (!object.object("metadata").has("deletionTimestamp")) {
                writes.add(new Transaction.Put(definition.name(), key, marked(object), revision(object)));
            }
        });
        return writes.isEmpty() ? Optional.empty() : Optional.of(new Transaction(writes));
    }

    private ObjectValue marked(ObjectValue object) {
        return object.update(
                "metadata",
                metadata -> metadata.with(
                                "deletionTimestamp",
                                Fields.ofInstant(runtime.now().truncatedTo(ChronoUnit.SECONDS)))
                        .with("deletionGracePeriodSeconds", 0)
                        .with("generation", metadata.integer("generation") + 1));
    }

    /** Without its finalizer, a definition that has no other one goes. */
    private static Transaction finalized(Definition definition, ObjectValue status) {
        List<Value> others = definition.metadata().list("finalizers").stream()
                .filter(finalizer -> !finalizer.equals(Value.of(Definition.CLEANUP)))
                .toList();
        if (others.isEmpty()) {
            return Transaction.of(
                    new Transaction.Delete(Definition.STORAGE, key(definition), revision(definition.value())));
        }
        ObjectValue released = definition
                .value()
                .with("status", status)
                .update("metadata", metadata -> metadata.with("finalizers", ListValue.of(others)));
        return Transaction.of(put(definition, released));
    }

    private static Transaction.Put put(Definition definition, ObjectValue object) {
        return new Transaction.Put(Definition.STORAGE, key(definition), object, revision(definition.value()));
    }

    private static ObjectKey key(Definition definition) {
        return ObjectKey.cluster(definition.name());
    }

    private static long revision(ObjectValue object) {
        return Long.parseLong(object.object("metadata").string("resourceVersion"));
    }

    /** Stops following the objects of definitions that are gone. */
    private void forget(List<Definition> definitions) {
        for (String storage : List.copyOf(watched.keySet())) {
            boolean needed = storage.equals(Definition.STORAGE)
                    || definitions.stream().anyMatch(one -> one.name().equals(storage) && one.awaitsCleanup());
            if (!needed) {
                Watch watch = watched.remove(storage);
                if (watch != null) {
                    watch.close();
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watched.values().forEach(Watch::close);
    }
}
