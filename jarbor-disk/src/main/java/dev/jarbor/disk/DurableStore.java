package dev.jarbor.disk;

import dev.jarbor.api.value.SharedValues;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Decision;
import dev.jarbor.store.History;
import dev.jarbor.store.Interest;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.StoreException.Outcome;
import dev.jarbor.store.StoreHealth;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import dev.jarbor.store.record.RecordFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the objects in the files of one folder and in memory. What is read is in memory; what is written is appended to a log
 * and flushed before anybody hears of it: the one who asked, readers and watches.
 *
 * <p><b>A commit's way.</b> It is decided on top of the commits before it, durable or not, and joins the group that waits for its flush.
 * The first of a group waits until the group before is durable, closes its own, flushes it with one write, publishes its
 * commits in their order and wakes the others. So one flush serves all who came while the last one was under way, and a
 * single writer waits for nobody. A refusal waits for the commits that it was decided on: it tells of them.
 *
 * <p><b>Failures.</b> Without room on the disk a group fails, with all that were decided on top of it, and nothing is changed; the
 * next commit tries again. After any other failure of the disk nobody knows what it holds: the store takes no commits any
 * more, and reads go on. A restart reads what is really there.
 *
 * <p><b>Compaction.</b> When enough of the log lies before the oldest revision of the history, the state of that revision is
 * written to a file in the background, from an immutable snapshot, and that part of the log is deleted.
 */
public final class DurableStore implements Store {
    private static final int ROOM = 1 << 20;

    private static final Logger LOGGER = System.getLogger(DurableStore.class.getName());

    private final Disk disk;
    private final AutoCloseable lock;
    private final String where;
    private final long logBytes;
    private final Runtime runtime;
    private final RecordFormat format;
    private final History history;
    private final List<String> lost;
    private final SharedValues parts = new SharedValues();

    /** Held by who writes to the log: one group at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    private final Log log;
    private final ByteBuffer room = ByteBuffer.allocateDirect(ROOM);
    private volatile long stateBytes;
    private final AtomicBoolean writingState = new AtomicBoolean();

    /** Guards what follows. */
    private final Object commits = new Object();

    /** Who comes now joins this one. */
    private Group open = new Group();
    /** The one that has the turn. */
    private @Nullable Group flushing;
    /** What the next transaction is decided on: the latest state, and on top of it the two groups. */
    private Snapshot tail;
    /** Why nothing is committed any more. */
    private volatile @Nullable StoreException stopped;

    private boolean isClosed;

    private DurableStore(Opening opening, Runtime runtime) {
        this.disk = opening.disk();
        this.lock = opening.lock();
        this.where = opening.where();
        this.logBytes = opening.logBytes();
        this.runtime = runtime;
        this.format = opening.format();
        this.history = opening.history();
        this.log = opening.log();
        this.lost = opening.lost();
        this.stateBytes = opening.stateBytes();
        this.tail = history.latest();
        if (opening.isStale()) {
            startWritingState();
        }
    }

    /**
     * Opens the store of {@code folder}, which is made where it is not there.
     *
     * @throws CannotOpen when another process has it open, a newer program wrote it, no key opens it, or it is damaged and not to
     *     be repaired; it is then left as it is
     */
    public static DurableStore open(Path folder, DurableSettings settings, Runtime runtime) {
        return new DurableStore(Opening.of(folder, settings, runtime), runtime);
    }

    /** On a disk of a test. */
    static DurableStore open(Disk disk, DurableSettings settings, Runtime runtime) {
        return new DurableStore(Opening.of(disk, settings, runtime), runtime);
    }

    /** What a repair had to give up, in one sentence each; empty where nothing was damaged. */
    public List<String> lost() {
        return lost;
    }

    @Override
    public Snapshot snapshot() {
        return history.latest();
    }

    @Override
    public Optional<Snapshot> snapshotAt(long revision) {
        return history.at(revision);
    }

    @Override
    public Commit commit(Transaction transaction) {
        Transaction thrifty = transaction.sharing(parts, history.latest());
        byte[] content = Entry.content(thrifty, format);
        while (true) {
            Optional<Commit> outcome = attempt(thrifty, content);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
    }

    /** Empty where it was decided on commits that then failed. */
    private Optional<Commit> attempt(Transaction transaction, byte[] content) {
        Decision decision;
        @Nullable Group group;
        boolean leads = false;
        synchronized (commits) {
            refuseWhereStopped();
            decision = Decision.of(tail, transaction);
            if (decision instanceof Decision.Accepted accepted) {
                group = open;
                leads = group.join(accepted.draft(), content);
                tail = accepted.draft().snapshot();
            } else {
                group = open.isEmpty() ? flushing : open;
            }
        }
        if (leads && group != null) {
            flush(group);
        }
        return switch (decision) {
            case Decision.Accepted accepted -> {
                Objects.requireNonNull(group).await();
                yield Optional.of(accepted.done());
            }
            case Decision.Refused(Commit.Conflict conflict) ->
                isDurable(group) ? Optional.of(conflict) : Optional.empty();
        };
    }

    private void refuseWhereStopped() {
        StoreException why = stopped;
        if (why != null) {
            throw new StoreException(Outcome.NOT_DONE, String.valueOf(why.getMessage()), why);
        }
    }

    private static boolean isDurable(@Nullable Group group) {
        if (group == null) {
            return true;
        }
        try {
            group.await();
            return true;
        } catch (StoreException failed) {
            if (failed.outcome() == Outcome.NOT_DONE) {
                return false;
            }
            throw failed;
        }
    }

    private void flush(Group group) {
        turn.lock();
        try {
            synchronized (commits) {
                if (group.failure() != null) {
                    return;
                }
                flushing = group;
                open = new Group();
            }
            log.append(group.frames(room, history.latest().revision()), group.firstRevision());
            publish(group);
            forgetWhatIsOld();
        } catch (Log.NoSpace full) {
            fail(group, Outcome.NOT_DONE, "no space left for the store in " + where + ": nothing was written", full);
        } catch (IOException | RuntimeException | Error broken) {
            stopped = new StoreException(
                    Outcome.NOT_DONE, "the store in " + where + " has stopped: " + broken + "; restart it", broken);
            fail(group, Outcome.UNKNOWN, "the store in " + where + " cannot be written: " + broken, broken);
        } finally {
            turn.unlock();
        }
        group.woken().forEach(Runnable::run);
    }

    private void publish(Group group) {
        group.drafts().forEach(draft -> group.wakes(history.publish(draft)));
        synchronized (commits) {
            flushing = null;
        }
        group.succeeded();
    }

    /** Nothing that was decided on top of the group holds either. */
    private void fail(Group group, Outcome outcome, String message, Throwable cause) {
        synchronized (commits) {
            var why = new StoreException(outcome, message, cause);
            group.failed(why);
            open.failed(outcome == Outcome.NOT_DONE ? why : new StoreException(Outcome.NOT_DONE, message, cause));
            open = new Group();
            flushing = null;
            tail = history.latest();
        }
    }

    @Override
    public StoreHealth health() {
        return stopped == null ? StoreHealth.GOOD : new StoreHealth(false, true, 0, StoreHealth.Space.UNKNOWN);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Runnable wake) {
        return watch(resource, afterRevision, Interest.ALL, wake);
    }

    @Override
    public Watch watch(String resource, long afterRevision, Interest interest, Runnable wake) {
        return history.watch(resource, afterRevision, interest, wake);
    }

    @Override
    public void compact(long revision) {
        history.compact(revision);
    }

    /** Called by who has the turn. */
    private void forgetWhatIsOld() {
        if (log.bytesUpTo(history.oldest().revision()) > Math.max(2 * logBytes, stateBytes)) {
            startWritingState();
        }
    }

    private void startWritingState() {
        if (writingState.compareAndSet(false, true)) {
            runtime.execute("write the state of the store", this::writeState);
        }
    }

    private void writeState() {
        Snapshot oldest = history.oldest();
        String name = FileNames.state(oldest.revision());
        try {
            long size = StateWriter.write(disk, name + FileNames.UNFINISHED, oldest, format);
            turn.lock();
            try {
                if (stopped == null) {
                    disk.rename(name + FileNames.UNFINISHED, name);
                    disk.forceNames();
                    stateBytes = size;
                    log.forgetUpTo(oldest.revision());
                    StateWriter.deleteOthers(disk, name);
                }
            } finally {
                turn.unlock();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the state of the store in " + where + " is not written, so its log stays: " + failure.getMessage(),
                    failure);
        } finally {
            writingState.set(false);
        }
    }

    /** Ends it; what is committed from now on is refused. */
    @Override
    public void close() {
        turn.lock();
        try {
            synchronized (commits) {
                if (isClosed) {
                    return;
                }
                isClosed = true;
                StoreException failure = stopped;
                stopped = new StoreException(Outcome.NOT_DONE, "the store in " + where + " is closed");
                open.failed(stopped);
                open = new Group();
                if (failure != null) {
                    lock.close();
                    return;
                }
            }
            log.close();
            StoreFiles.writeClosed(disk, history.latest().revision());
            lock.close();
        } catch (Exception failure) {
            // everything acknowledged is durable already
            LOGGER.log(Level.WARNING, "the store in {0} did not close cleanly: {1}", where, failure);
        } finally {
            turn.unlock();
        }
    }
}
