package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.TxnResponse;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.History;
import dev.jarbor.store.Interest;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.StoreHealth;
import dev.jarbor.store.StoreObserver;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The store in an etcd cluster. Several servers may open one: each sees what all write.
 *
 * <pre>
 *  commit ──► one etcd transaction: revisions compared, objects and the revision key written
 *                 │
 *               etcd ──► one watch of everything ──► cache (History) ──► snapshots, watches
 *                 │                                    ▲
 * current ──► revision of the revision key ────────────┘ waited for
 * </pre>
 *
 * <p>Revisions are etcd's, shifted if there was a restore. They grow, with gaps where others write into the same etcd. A commit is answered when this
 * server's cache has it, so that whoever wrote reads what they wrote. Of a commit whose answer was lost it is found out what
 * became of it ({@link Writer}); it is made again only if it surely was not done, and reported as unknown
 * ({@link StoreException}) only if etcd goes on not answering.
 */
public final class EtcdStore implements Store {
    private static final System.Logger LOG = System.getLogger(EtcdStore.class.getName());
    private static final Duration CHECK = Duration.ofSeconds(1);
    /** How often a commit is made that surely was not done before. */
    private static final int MOST_ATTEMPTS = 5;
    /** Every how many checks etcd is asked for its size and alarms. */
    private static final int MEASURED = 10;

    private final EtcdSettings settings;
    private final Runtime runtime;
    private final EtcdClient client;
    private final EtcdKeys keys;
    private final Revisions revisions;
    private final Records records;
    private final Commits commits;
    private final Loader loader;
    private final Cache cache;
    private final Marker marker;
    private final Writer writer;
    private final Follower follower;
    private final Compactor compactor;
    private final Lookout lookout;
    private volatile Runtime.Timer check = () -> {};
    private volatile boolean closed;
    /** Owned by the check. */
    private int checks;
    /** The last state that was read anew because the cache did not reach back to it. */
    private volatile Snapshot older = Snapshot.EMPTY;

    private EtcdStore(EtcdSettings settings, Runtime runtime) {
        this.settings = settings;
        this.runtime = runtime;
        this.client = new EtcdClient(settings, runtime);
        this.keys = new EtcdKeys(settings.prefix());
        this.revisions = new Revisions();
        this.records = new Records(settings.sealing(), revisions);
        this.commits = new Commits(keys, records, revisions);
        this.loader = new Loader(client, keys, records, revisions);
        this.cache = new Cache(keys, records, revisions, runtime, new History(Snapshot.EMPTY, settings.window()));
        this.marker = new Marker(client, keys, revisions, runtime);
        this.writer = new Writer(client, keys, runtime.newUid());
        this.follower = new Follower(client, keys, loader, cache, revisions, runtime);
        this.compactor = new Compactor(client, runtime, settings.compaction());
        this.lookout = new Lookout(runtime);
    }

    /**
     * Opens the store; returns when everything has been read.
     *
     * @param runtime one whose tasks may block
     * @throws StoreException in one line, when etcd cannot be reached or refuses
     * @throws IllegalArgumentException when the settings are wrong
     */
    public static EtcdStore open(EtcdSettings settings, Runtime runtime) {
        if (!runtime.mayBlock()) {
            throw new IllegalArgumentException("a store in etcd waits for etcd: not on a simulated runtime");
        }
        var store = new EtcdStore(settings, runtime);
        try {
            store.cache.restart(store.loader.latest());
        } catch (StoreException failed) {
            store.client.close();
            throw new StoreException(
                    StoreException.Outcome.NOT_DONE,
                    "etcd at "
                            + String.join(
                                    ",",
                                    settings.members().stream()
                                            .map(Object::toString)
                                            .toList()) + " cannot be used: " + failed.getMessage(),
                    failed);
        }
        store.follower.start();
        store.compactor.start();
        store.check();
        return store;
    }

    @Override
    public Snapshot snapshot() {
        return cache.history().latest();
    }

    @Override
    public Snapshot current() {
        long revision = marker.ask().commit();
        if (!arrived(revision, settings.timeout())) {
            throw new StoreException(
                    StoreException.Outcome.TIMEOUT,
                    "the cache of etcd has revision " + cache.revision() + " and not yet " + revision);
        }
        return snapshot();
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        Optional<Snapshot> cached = cache.history().at(revision);
        if (cached.isPresent() || revision > cache.revision() || revisions.inEtcd(revision) <= 0) {
            return cached;
        }
        Snapshot last = older;
        if (last.revision() == revision) {
            return Optional.of(last);
        }
        try {
            Snapshot read = loader.at(revision);
            older = read;
            return Optional.of(read);
        } catch (StoreException failed) {
            if (failed.getCause() instanceof StatusRuntimeException status && Fault.of(status) == Fault.COMPACTED) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    @Override
    public Commit commit(Transaction transaction) {
        ByteString name = ByteString.copyFromUtf8(runtime.newUid());
        cache.expect(name);
        try {
            for (int attempt = 1; ; attempt++) {
                Optional<Commit> outcome = attempt(transaction, name, attempt == MOST_ATTEMPTS);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
        } finally {
            cache.expectNoMore(name);
        }
    }

    /** One try; empty when it surely was not done, for a reason that may not meet the next. */
    private Optional<Commit> attempt(Transaction transaction, ByteString name, boolean last) {
        long line = writer.line();
        int restarts = cache.restarts();
        try {
            TxnResponse answer = client.commit(
                    Commits.name(transaction),
                    transaction.writes().getFirst().resource(),
                    commits.request(transaction, name, writer.key(), line));
            if (!answer.getSucceeded() && Commits.line(transaction, answer) != line) {
                writer.met(Commits.line(transaction, answer));
                if (last) {
                    throw new StoreException(StoreException.Outcome.NOT_DONE, "too many answers of etcd are lost");
                }
                return Optional.empty();
            }
            // What is done is done, whether the cache has heard of it in time or not.
            arrived(commits.awaited(answer), settings.timeout());
            return Optional.of(commits.outcome(transaction, answer));
        } catch (StoreException failed) {
            if (failed.outcome() == StoreException.Outcome.NOT_DONE) {
                throw failed;
            }
            Optional<Commit> done = heardOf(transaction, name, line, failed);
            if (done.isEmpty() && (last || cache.restarts() != restarts)) {
                throw failed;
            }
            return done;
        }
    }

    /** A commit whose answer was lost, if it was done; if it was not, it never will be. */
    private Optional<Commit> heardOf(Transaction transaction, ByteString name, long line, StoreException failed) {
        try {
            if (!arrived(revisions.of(writer.drawAfter(line)), settings.timeout())) {
                throw failed;
            }
        } catch (StoreException silent) {
            throw failed;
        }
        OptionalLong revision = cache.heard(name);
        if (revision.isEmpty()) {
            return Optional.empty();
        }
        Snapshot before = cache.history().at(revision.getAsLong() - 1).orElseThrow(() -> failed);
        return Optional.of(commits.heard(transaction, revision.getAsLong(), before));
    }

    /** Waits until the cache has {@code revision}; a watch that keeps it waiting is begun anew, each in its turn. */
    private boolean arrived(long revision, Duration longest) {
        long end = runtime.nanoTime() + longest.toNanos();
        Duration left = longest;
        while (!cache.await(revision, left.compareTo(Follower.PATIENCE) < 0 ? left : Follower.PATIENCE)) {
            follower.suspect();
            left = Duration.ofNanos(end - runtime.nanoTime());
            if (!left.isPositive()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return watch(resource, afterRevision, Interest.ALL, wake);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Interest interest, Runnable wake) {
        return cache.history().watch(resource, afterRevision, interest, wake);
    }

    @Override
    public void compact(long revision) {
        long known = Math.min(revision, cache.revision());
        client.compact(revisions.inEtcd(known));
        cache.history().compact(known);
        older = Snapshot.EMPTY;
    }

    /**
     * What all servers share under {@code name}: what the first of them made. Sealed as Secrets are.
     *
     * @throws StoreException when etcd does not answer
     */
    public ObjectValue shared(String name, Supplier<ObjectValue> fresh) {
        ByteString key = keys.shared(name);
        var place = new EtcdKeys.Place("secrets", ObjectKey.cluster(name));
        RangeRequest look = RangeRequest.newBuilder().setKey(key).build();
        List<KeyValue> found = client.read("get", "", look).getKvsList();
        if (!found.isEmpty()) {
            return records.object(place, found.getFirst());
        }
        TxnResponse answer = client.commit("create", "", commits.first(key, records.bytes(place, fresh.get())));
        KeyValue first = answer.getResponses(answer.getResponsesCount() - 1)
                .getResponseRange()
                .getKvs(0);
        return records.object(place, first);
    }

    @Override
    public void observe(StoreObserver observer) {
        client.observe(observer);
    }

    @Override
    public StoreHealth health() {
        return lookout.health();
    }

    /** Looks every second whether etcd answers and the cache is in step. */
    private void check() {
        if (closed) {
            return;
        }
        try {
            if (lacksWhatWeHave()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "etcd has less history than before, it was restored or replaced; reading everything anew");
                follower.forget();
            }
            Marker.Mark mark = marker.ask();
            boolean inStep = cache.await(mark.commit(), Follower.PATIENCE);
            if (!inStep) {
                follower.suspect();
            }
            lookout.answered(inStep, Math.max(0, mark.commit() - cache.revision()));
            if (checks++ % MEASURED == 0) {
                lookout.measured(client.status());
            }
        } catch (StoreException silent) {
            lookout.failed();
            LOG.log(System.Logger.Level.DEBUG, "etcd does not answer: error=" + silent.getMessage());
        }
        if (!closed) {
            check = runtime.schedule("etcd check", CHECK, this::check);
        }
    }

    /** Whether etcd, asked now, has not got as far as the cache had before. */
    private boolean lacksWhatWeHave() {
        long had = cache.revision();
        return marker.ask().etcd() < had;
    }

    @Override
    public void close() {
        closed = true;
        check.cancel();
        compactor.close();
        follower.close();
        client.close();
    }
}
