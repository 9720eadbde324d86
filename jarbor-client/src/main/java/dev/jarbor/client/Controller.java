package dev.jarbor.client;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The loop every controller runs: a queue of keys, and workers that take one key at a time to a {@link Reconciler}.
 * A key is never in work twice at once; added while in work it is looked at again afterwards; a failed one comes back
 * with exponential back-off (5 ms doubling to 1000 s, as client-go's default) and forgets it after a success.
 *
 * <p>Nothing runs before {@link #start}. The queue is bounded by the number of distinct keys.
 */
public final class Controller implements KeyQueue {
    private final WorkQueue<ObjectKey> queue;
    private final Consumer<Runnable> starter;

    /**
     * @param name in the reference's words, such as {@code replicaset}; used for tasks, metrics and logs
     * @param workers how many keys may be in work at once (live runtime)
     */
    public Controller(String name, Runtime runtime, int workers, Reconciler reconciler) {
        this(name, runtime, workers, reconciler, Runnable::run);
    }

    /** The same, but it begins only when all that was asked of {@code informers} before its start has been listed. */
    public Controller(String name, Informers informers, Runtime runtime, int workers, Reconciler reconciler) {
        this(name, runtime, workers, reconciler, informers::whenSynced);
    }

    private Controller(String name, Runtime runtime, int workers, Reconciler reconciler, Consumer<Runnable> starter) {
        this.queue = new WorkQueue<>(name, runtime, workers, reconciler::reconcile);
        this.starter = starter;
    }

    /** Asks for {@code key} to be looked at soon. */
    public void enqueue(ObjectKey key) {
        queue.add(key);
    }

    /** Asks for {@code key} to be looked at after {@code delay}. */
    public void enqueue(ObjectKey key, Duration delay) {
        queue.addAfter(key, delay);
    }

    @Override
    public String name() {
        return queue.name();
    }

    @Override
    public void observe(QueueListener listener) {
        queue.observe(listener);
    }

    @Override
    public Load load() {
        return queue.load();
    }

    @Override
    public void start() {
        starter.accept(queue::start);
    }

    @Override
    public void close() {
        queue.close();
    }
}
