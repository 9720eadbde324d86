package dev.jarbor.client;

/** A running watch. */
public interface Watch extends AutoCloseable {
    /** Ends the watch; events already on their way may still arrive. */
    @Override
    void close();
}
