package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Interest;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that remembers, within bounds, what was written to it and when. */
final class Recorder implements Store {
    /** Entries that are kept; older ones only count. */
    private static final int MOST = 50_000;

    private static final List<String> HEARTBEATS = List.of("leases.coordination.k8s.io");

    private final Store store;
    private final Runtime runtime;
    private final ArrayDeque<Trace.Entry> entries = new ArrayDeque<>();
    private long hash;
    private long forgotten;
    private long writes;
    private final List<Runnable> afterWrite = new CopyOnWriteArrayList<>();

    Recorder(Store store, Runtime runtime) {
        this.store = store;
        this.runtime = runtime;
    }

    /** Calls {@code action} after each commit from now on, with nothing locked. */
    void afterWrite(Runnable action) {
        afterWrite.add(action);
    }

    synchronized Trace trace(long seed) {
        return new Trace(seed, hash, forgotten, List.copyOf(entries));
    }

    /** How many commits there were. */
    synchronized long writes() {
        return writes;
    }

    synchronized void fault(String note) {
        ObjectKey nothing = ObjectKey.cluster("");
        count("fault", "", nothing, note.hashCode());
        add(new Trace.Entry(runtime.now(), store.snapshot().revision(), "fault", "", nothing, note));
    }

    @Override
    public Commit commit(Transaction transaction) {
        Snapshot before = store.snapshot();
        Commit outcome = store.commit(transaction);
        if (outcome instanceof Commit.Done done) {
            synchronized (this) {
                writes++;
                for (int index = 0; index < transaction.writes().size(); index++) {
                    written(
                            before,
                            done,
                            transaction.writes().get(index),
                            done.objects().get(index));
                }
            }
            afterWrite.forEach(Runnable::run);
        }
        return outcome;
    }

    private void written(Snapshot before, Commit.Done done, Transaction.Write write, ObjectValue object) {
        String what = switch (write) {
            case Transaction.Put put -> wasThere(before, put) ? "updated" : "created";
            case Transaction.Delete ignored -> "deleted";
            case Transaction.Require ignored -> "";
        };
        if (what.isEmpty()) {
            return;
        }
        count(what, write.resource(), write.key(), object.hashCode());
        // Signs of life are part of the hash and not of the entries: there is nothing in them to read.
        if (!HEARTBEATS.contains(write.resource()) || !what.equals("updated")) {
            add(new Trace.Entry(
                    runtime.now(),
                    done.revision(),
                    what,
                    write.resource(),
                    write.key(),
                    note(write.resource(), object)));
        }
    }

    /** What was written on the condition of a revision had it. */
    private static boolean wasThere(Snapshot before, Transaction.Put put) {
        return put.expectedRevision() == Transaction.ANY
                ? before.get(put.resource(), put.key()).isPresent()
                : put.expectedRevision() != Transaction.ABSENT;
    }

    private void count(String what, String resource, ObjectKey key, int content) {
        long event = 31L * (31L * resource.hashCode() + key.hashCode()) + content;
        event ^= ChronoUnit.NANOS.between(Instant.EPOCH, runtime.now()) + what.hashCode();
        hash = (Long.rotateLeft(hash, 5) ^ event) * 0x9E3779B97F4A7C15L;
    }

    private void add(Trace.Entry entry) {
        if (entries.size() == MOST) {
            entries.removeFirst();
            forgotten++;
        }
        entries.add(entry);
    }

    private static String note(String resource, ObjectValue object) {
        ObjectValue status = object.object("status");
        return switch (resource) {
            case "pods" -> {
                String node = object.object("spec").string("nodeName");
                boolean leaving = object.object("metadata").has("deletionTimestamp");
                yield (leaving ? "Terminating" : status.string("phase"))
                        + (node.isEmpty() ? "" : " on " + node)
                        + (condition(status, "Ready").equals("True") ? ", ready" : "");
            }
            case "events" -> object.string("reason") + ": " + object.string("message");
            case "nodes" -> "Ready " + condition(status, "Ready");
            case "deployments.apps", "replicasets.apps", "statefulsets.apps" ->
                status.integer("readyReplicas") + " of " + object.object("spec").integer("replicas") + " ready";
            case "jobs.batch" -> status.integer("succeeded") + " succeeded, " + status.integer("failed") + " failed";
            default -> "";
        };
    }

    private static String condition(ObjectValue status, String type) {
        return status.list("conditions").objects().stream()
                .filter(one -> one.string("type").equals(type))
                .map(one -> one.string("status"))
                .findFirst()
                .orElse("Unknown");
    }

    @Override
    public Snapshot snapshot() {
        return store.snapshot();
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        return store.snapshotAt(revision);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return watch(resource, afterRevision, Interest.ALL, wake);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Interest interest, Runnable wake) {
        return store.watch(resource, afterRevision, interest, wake);
    }

    @Override
    public boolean remembersQuietKinds() {
        return store.remembersQuietKinds();
    }

    @Override
    public void compact(long revision) {
        store.compact(revision);
    }

    @Override
    public void close() {
        store.close();
    }
}
