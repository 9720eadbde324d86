package dev.jarbor.server.auth.jwt;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** A runtime whose clock a test puts forward. */
final class AdvancedRuntime implements Runtime {
    private final Runtime live;
    private volatile Duration ahead = Duration.ZERO;

    AdvancedRuntime(Runtime live) {
        this.live = live;
    }

    void advance(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public Instant now() {
        return live.now().plus(ahead);
    }

    @Override
    public long nanoTime() {
        return live.nanoTime() + ahead.toNanos();
    }

    @Override
    public RandomGenerator random() {
        return live.random();
    }

    @Override
    public RandomGenerator secureRandom() {
        return live.secureRandom();
    }

    @Override
    public String newUid() {
        return live.newUid();
    }

    @Override
    public void execute(String name, Runnable task) {
        live.execute(name, task);
    }

    @Override
    public Timer schedule(String name, Duration delay, Runnable task) {
        return live.schedule(name, delay, task);
    }

    @Override
    public void onFailure(FailureHandler handler) {
        live.onFailure(handler);
    }

    @Override
    public boolean mayBlock() {
        return live.mayBlock();
    }

    @Override
    public void close() {
        live.close();
    }
}
