package dev.jarbor.cluster;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Looks again and again until something is so: for the outside world, which sends no event one could wait for. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 50;

    private Eventually() {}

    static void until(String what, BooleanSupplier condition) {
        until(what, PATIENCE, condition);
    }

    static void until(String what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        var never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
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
}
