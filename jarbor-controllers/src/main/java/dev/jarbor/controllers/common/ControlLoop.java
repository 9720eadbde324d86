package dev.jarbor.controllers.common;

import dev.jarbor.client.KeyQueue;

/**
 * One control loop: hears of changes through informers, puts keys into its queue, and works each off by reading the world
 * and writing the difference. It does nothing before {@link #start}, and asks for its informers when it is made, so that
 * whoever starts the informers need not know which ones they are.
 */
public interface ControlLoop extends AutoCloseable {
    /** Its keys, and how each is worked off. */
    KeyQueue queue();

    /** Its name in the reference's words, such as {@code deployment-controller}. */
    default String name() {
        return queue().name();
    }

    /** Whether it runs where nobody says which loops do. */
    default boolean onByDefault() {
        return true;
    }

    /** Begins to work as soon as its informers have caught up. */
    default void start() {
        queue().start();
    }

    /** Stops; a key in work may finish. */
    @Override
    default void close() {
        queue().close();
    }
}
