package dev.jarbor.runtime;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Who outside of a simulated cluster is at work on something, and since when nobody has been. */
final class Outside {
    /** Wall time after which something that is still at work must be stuck. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** How many times its patience time waits before it goes far. */
    private static final int FAR = 10;

    private final Runtime clock;
    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Work> atWork = ConcurrentHashMap.newKeySet();
    private volatile boolean disturbed;
    /** Whether anybody has been at work ever. */
    private volatile boolean worked;

    private volatile long lastWork;
    private volatile boolean closed;

    Outside(Runtime clock, Duration patience) {
        this.clock = clock;
        this.patience = patience.toNanos();
    }

    Runtime.Busy busy(String what) {
        var work = new Work(what);
        atWork.add(work);
        return work;
    }

    private final class Work implements Runtime.Busy {
        private final String what;
        private final AtomicBoolean over = new AtomicBoolean();

        Work(String what) {
            this.what = what;
        }

        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                lastWork = clock.nanoTime();
                worked = true;
                disturbed = true;
                atWork.remove(this);
                signal();
            }
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nobody has been at work for the time called patience.
     *
     * @return whether it was necessary to wait, so that there may be news
     * @throws IllegalStateException when somebody does not come to an end
     */
    boolean settle() {
        if (atWork.isEmpty() && !disturbed) {
            return false;
        }
        quieten();
        return true;
    }

    /** Whether nobody has been at work for so many times much longer than the time called patience. */
    boolean isResting(int times) {
        return !worked || (atWork.isEmpty() && clock.nanoTime() - lastWork >= FAR * patience * times);
    }

    /** Waits until that is so, or somebody goes to work: before time goes far at once, or for the outside's sake alone. */
    void rest(int times) {
        long end = lastWork + FAR * patience * times;
        lock.lock();
        try {
            for (long left = end - clock.nanoTime();
                    !closed && !disturbed && atWork.isEmpty() && left > 0 && worked;
                    left = end - clock.nanoTime()) {
                await(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void quieten() {
        long begin = clock.nanoTime();
        lock.lock();
        try {
            while (!closed) {
                long now = clock.nanoTime();
                long left = lastWork + patience - now;
                if (atWork.isEmpty() && (!disturbed || left <= 0)) {
                    disturbed = false;
                    return;
                }
                if (now - begin > LONGEST.toNanos()) {
                    throw new IllegalStateException(
                            "time cannot move: still at work outside of the cluster: " + names());
                }
                await(atWork.isEmpty() ? left : Duration.ofMillis(100).toNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    private Set<String> names() {
        var names = new TreeSet<String>();
        atWork.forEach(work -> names.add(work.what));
        return names;
    }

    /** Waits, at most that long, for something to happen. */
    void pause(Duration most) {
        if (!most.isPositive()) {
            return;
        }
        lock.lock();
        try {
            await(most.toNanos());
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings({"WaitNotInLoop", "ReturnValueIgnored"}) // its callers loop, and look at the clock themselves
    private void await(long nanos) {
        try {
            changed.awaitNanos(nanos);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw (CancellationException)
                    new CancellationException("interrupted while waiting for the outside").initCause(hurried);
        }
    }

    void close() {
        closed = true;
        signal();
    }
}
