package dev.jarbor.client;

import java.time.Duration;

/** A queue of keys that works them off by itself, once it has been started. */
public interface KeyQueue extends AutoCloseable {
    /** For tasks, metrics and logs, in the reference's words, such as {@code deployment-controller}. */
    String name();

    /** Tells {@code listener} of what it does from now on; one listener at a time. */
    void observe(QueueListener listener);

    /** What is going on in it. */
    Load load();

    /**
     * What is going on in a queue.
     *
     * @param waiting keys that wait to be worked on, not counting those with a delay
     * @param unfinished how long the keys in work have been there, together
     * @param longest how long the one has been there that has been there longest
     */
    record Load(int waiting, Duration unfinished, Duration longest) {}

    /** Begins to work; what was added before is worked off now. */
    void start();

    /** Ends work; a key in work may finish. */
    @Override
    void close();
}
