package dev.jarbor.cluster;

import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One server's way to a store that it shares with others. It knows of others' commits only what it asked for, as a cache
 * that lags, and may be stopped within a commit, which arrives when nobody waits for it any more.
 */
final class TroubledStore implements Store {
    private final Store shared;
    private final List<Runnable> wakes = new ArrayList<>();
    private Snapshot known;
    private Predicate<Transaction> stop = transaction -> false;
    private Predicate<Transaction> awaited = transaction -> false;
    private Runnable meanwhile = () -> {};
    private Optional<Transaction> underWay = Optional.empty();
    private boolean stopped;

    TroubledStore(Store shared) {
        this.shared = shared;
        this.known = shared.snapshot();
    }

    /** The server is stopped within the next such commit: nobody hears of it until {@link #goOn}. */
    void stopWithin(Predicate<Transaction> commit) {
        stop = commit;
    }

    boolean stopped() {
        return stopped;
    }

    /** The commit that was under way arrives; what becomes of it. */
    Commit goOn() {
        stopped = false;
        Transaction late = underWay.orElseThrow();
        underWay = Optional.empty();
        return shared.commit(late);
    }

    /** Does something between the decision for the next such commit and its arrival. */
    void before(Predicate<Transaction> commit, Runnable what) {
        awaited = commit;
        meanwhile = what;
    }

    private void reach() {
        if (stopped) {
            throw new StoreException(StoreException.Outcome.TIMEOUT, "stopped");
        }
    }

    @Override
    public Snapshot snapshot() {
        return known;
    }

    @Override
    public Snapshot current() {
        reach();
        known = shared.current();
        List.copyOf(wakes).forEach(Runnable::run);
        return known;
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        return shared.snapshotAt(revision);
    }

    @Override
    public Commit commit(Transaction transaction) {
        reach();
        if (stop.test(transaction)) {
            stop = none -> false;
            underWay = Optional.of(transaction);
            stopped = true;
            reach();
        }
        if (awaited.test(transaction)) {
            awaited = none -> false;
            meanwhile.run();
        }
        return shared.commit(transaction);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        wakes.add(wake);
        return new Lagging(shared.watch(resource, afterRevision, () -> {}), wake);
    }

    /** A watch that tells what the server knows. */
    private final class Lagging implements Watch {
        private final Watch all;
        private final Runnable wake;
        private final Deque<StoreEvent> ahead = new ArrayDeque<>();

        Lagging(Watch all, Runnable wake) {
            this.all = all;
            this.wake = wake;
        }

        @Override
        public List<StoreEvent> poll(int most) {
            ahead.addAll(all.poll(most));
            var told = new ArrayList<StoreEvent>();
            while (told.size() < most && !ahead.isEmpty() && ahead.getFirst().revision() <= known.revision()) {
                told.add(ahead.removeFirst());
            }
            return told;
        }

        @Override
        public long seen() {
            long polled = ahead.isEmpty() ? all.seen() : ahead.getFirst().revision() - 1;
            return Math.min(polled, known.revision());
        }

        @Override
        public long latest() {
            return Math.min(all.latest(), known.revision());
        }

        @Override
        public void close() {
            wakes.remove(wake);
            all.close();
        }
    }

    @Override
    public void compact(long revision) {
        shared.compact(revision);
    }

    @Override
    public void close() {}
}
