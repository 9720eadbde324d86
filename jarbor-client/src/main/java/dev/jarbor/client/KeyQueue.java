package dev.jarbor.client;

/** A queue of keys that works them off by itself, once it has been started. */
public interface KeyQueue extends AutoCloseable {
    /** For tasks, metrics and logs, in the reference's words, such as {@code deployment-controller}. */
    String name();

    /** Begins to work; what was added before is worked off now. */
    void start();

    /** Ends work; a key in work may finish. */
    @Override
    void close();
}
