package dev.jarbor.controllers.trace;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * A runtime whose uids and suffixes of names count up: who is older has the smaller one, whatever else of the program draws from
 * chance. Loops decide by them between pods that are otherwise alike.
 */
final class CountingRuntime implements Runtime {
    private final Runtime time;
    private int uids;
    private int suffixes;

    CountingRuntime(Runtime time) {
        this.time = time;
    }

    @Override
    public String newUid() {
        return String.format("00000000-0000-4000-8000-%012d", ++uids);
    }

    @Override
    public String newSuffix(int length) {
        return String.format("%0" + length + "d", ++suffixes);
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return time.random();
    }

    @Override
    public RandomGenerator secureRandom() {
        return time.secureRandom();
    }

    @Override
    public void execute(String name, Runnable task) {
        time.execute(name, task);
    }

    @Override
    public Timer schedule(String name, Duration delay, Runnable task) {
        return time.schedule(name, delay, task);
    }

    @Override
    public void onFailure(FailureHandler handler) {
        time.onFailure(handler);
    }

    @Override
    public boolean mayBlock() {
        return time.mayBlock();
    }

    @Override
    public void close() {
        time.close();
    }
}
