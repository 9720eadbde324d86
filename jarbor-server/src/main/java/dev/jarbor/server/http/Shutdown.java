package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How a face ends: it says that it is not ready, goes on serving for a while so that balancers notice, ends watches so that
 * their clients go elsewhere, and waits for the requests at work.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver,
 *     {@code --shutdown-delay-duration}</a>
 */
final class Shutdown {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Runtime runtime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<WatchBuffer> watches = ConcurrentHashMap.newKeySet();
    private int working;
    private volatile boolean begun;

    Shutdown(Runtime runtime) {
        this.runtime = runtime;
    }

    /** Whether the end has begun, which {@code /readyz} tells. */
    boolean hasBegun() {
        return begun;
    }

    /** One request at work until closed. */
    interface AtWork extends AutoCloseable {
        @Override
        void close();
    }

    AtWork begin() {
        count(1);
        return () -> count(-1);
    }

    private void count(int change) {
        lock.lock();
        try {
            working += change;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A watch that is ended with the face; one that begins later ends at once. */
    AtWork watch(WatchBuffer buffer) {
        watches.add(buffer);
        if (begun) {
            buffer.closed();
        }
        return () -> watches.remove(buffer);
    }

    /**
     * Ends what is going on; returns when all requests have been answered, or after ten seconds.
     *
     * @param delay how long to go on as before, but for {@code /readyz}
     */
    void run(Duration delay) {
        begun = true;
        waitFor(delay, false);
        watches.forEach(WatchBuffer::closed);
        waitFor(PATIENCE, true);
    }

    private void waitFor(Duration most, boolean untilIdle) {
        long end = runtime.nanoTime() + most.toNanos();
        lock.lock();
        try {
            long left = most.toNanos();
            while (left > 0 && !(untilIdle && working == 0)) {
                changed.awaitNanos(left);
                left = end - runtime.nanoTime();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
