package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SharedRuntime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Timer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The two kinds of {@link ClusterTime}. */
final class Times {
    private Times() {}

    /** What both have in common: it is the runtime that says what time is. */
    interface Given extends ClusterTime {
        Runtime runtime();

        @Override
        default Instant now() {
            return runtime().now();
        }

        @Override
        default Runtime.Busy busy(String what) {
            return runtime().busy(what);
        }

        @Override
        default Clock clock() {
            return new ClusterClock(runtime(), ZoneOffset.UTC);
        }

        @Override
        default ScheduledExecutorService scheduler() {
            return new ClusterScheduler(runtime());
        }

        @Override
        default ExecutorService watched(ExecutorService executor) {
            return new WatchedExecutor(executor, runtime());
        }

        @Override
        default Timer timer() {
            return new ClusterTimer(runtime());
        }
    }

    /** Time that passes when it is told to. */
    record Simulated(SharedRuntime runtime) implements Given {
        @Override
        public void advance(Duration duration) {
            runtime.advance(duration);
        }

        @Override
        public boolean until(BooleanSupplier condition, Duration limit) {
            return runtime.until(condition, limit);
        }
    }

    /** Everybody's time. */
    record Real(Runtime runtime) implements Given {
        private static final long LOOK_MILLIS = 2;

        @Override
        public void advance(Duration duration) {
            throw new UnsupportedOperationException(
                    "the time of this cluster is real: start it with JarborSettings.withTime(TimeMode.MANUAL)");
        }

        @Override
        public boolean until(BooleanSupplier condition, Duration limit) {
            long end = runtime.nanoTime() + limit.toNanos();
            var never = new CountDownLatch(1);
            try {
                while (!condition.getAsBoolean()) {
                    if (runtime.nanoTime() > end || never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                        return false;
                    }
                }
                return true;
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
