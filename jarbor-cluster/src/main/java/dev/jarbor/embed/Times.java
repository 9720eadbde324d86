package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SharedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The two kinds of {@link ClusterTime}. */
final class Times {
    private Times() {}

    /** Time that passes when it is told to. */
    record Simulated(SharedRuntime runtime) implements ClusterTime {
        @Override
        public Instant now() {
            return runtime.now();
        }

        @Override
        public void advance(Duration duration) {
            runtime.advance(duration);
        }

        @Override
        public boolean until(BooleanSupplier condition, Duration limit) {
            return runtime.until(condition, limit);
        }

        @Override
        public Runtime.Busy busy(String what) {
            return runtime.busy(what);
        }
    }

    /** Everybody's time. */
    record Real(Runtime runtime) implements ClusterTime {
        private static final long LOOK_MILLIS = 2;

        @Override
        public Instant now() {
            return runtime.now();
        }

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

        @Override
        public Runtime.Busy busy(String what) {
            return Runtime.Busy.NOTHING;
        }
    }
}
