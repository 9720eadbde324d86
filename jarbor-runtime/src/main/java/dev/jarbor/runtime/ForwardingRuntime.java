package dev.jarbor.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A runtime that passes on to another one whatever it does not do itself: for those that differ in one thing. */
public interface ForwardingRuntime extends Runtime {
    /** The other one. */
    Runtime target();

    @Override
    default Instant now() {
        return target().now();
    }

    @Override
    default long nanoTime() {
        return target().nanoTime();
    }

    @Override
    default RandomGenerator random() {
        return target().random();
    }

    @Override
    default RandomGenerator secureRandom() {
        return target().secureRandom();
    }

    @Override
    default String newUid() {
        return target().newUid();
    }

    @Override
    default String newSuffix(int length) {
        return target().newSuffix(length);
    }

    @Override
    default void execute(String name, Runnable task) {
        target().execute(name, task);
    }

    @Override
    default void executeLast(String name, Runnable task) {
        target().executeLast(name, task);
    }

    @Override
    default Timer schedule(String name, Duration delay, Runnable task) {
        return target().schedule(name, delay, task);
    }

    @Override
    default Timer beat(String name, Duration delay, Runnable task) {
        return target().beat(name, delay, task);
    }

    @Override
    default void onFailure(FailureHandler handler) {
        target().onFailure(handler);
    }

    @Override
    default boolean mayBlock() {
        return target().mayBlock();
    }

    /** This one, where the other is one of wall time: what it does itself is not lost outside. */
    @Override
    default Runtime outside() {
        return target().mayBlock() ? this : target().outside();
    }

    @Override
    default <T> T turn(Supplier<T> work) {
        return target().turn(work);
    }

    @Override
    default <T> T waiting(Supplier<T> work) {
        return target().waiting(work);
    }

    @Override
    default Busy busy(String what) {
        return target().busy(what);
    }

    @Override
    default void close() {
        target().close();
    }
}
