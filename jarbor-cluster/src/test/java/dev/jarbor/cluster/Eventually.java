package dev.jarbor.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks again and again until something is so: for the outside world, which sends no event one could wait for. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 50;

    private Eventually() {}

    static void until(String what, Callable<Boolean> condition) {
        until(what, PATIENCE, condition);
    }

    static void until(String what, Duration patience, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        var never = new CountDownLatch(1);
        while (!holds(what, condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience.toSeconds() + " s: " + what);
            }
            try {
                if (never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("nobody counts this latch down");
                }
            } catch (InterruptedException interrupted) {
                throw new AssertionError("interrupted while waiting: " + what, interrupted);
            }
        }
    }

    private static boolean holds(String what, Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception failure) {
            throw new AssertionError("failed while waiting: " + what, failure);
        }
    }
}
