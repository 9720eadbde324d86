package dev.jarbor.controllers.common;

/**
 * One control loop: hears of changes through informers, puts keys into a queue, and works each off by reading the world
 * and writing the difference. It does nothing before {@link #start}, and asks for its informers when it is made, so that
 * whoever starts the informers need not know which ones they are.
 */
public interface ControlLoop extends AutoCloseable {
    /** Its name in the reference's words, such as {@code deployment-controller}. */
    String name();

    /** Begins to work as soon as its informers have caught up. */
    void start();

    /** Stops; a key in work may finish. */
    @Override
    void close();
}
