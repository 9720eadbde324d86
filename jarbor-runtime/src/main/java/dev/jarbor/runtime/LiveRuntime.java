package dev.jarbor.runtime;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The wall clock, real chance, and a virtual thread for each task. */
public final class LiveRuntime implements Runtime {
    private static final System.Logger LOG = System.getLogger(LiveRuntime.class.getName());

    private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    private final ExecutorService tasks;
    private final ScheduledThreadPoolExecutor timers;
    private final SecureRandom secure = new SecureRandom();
    private volatile FailureHandler failures =
            (task, cause) -> LOG.log(System.Logger.Level.ERROR, "task " + task + " failed", cause);

    public LiveRuntime() {
        tasks = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory());
        ThreadFactory one = Thread.ofPlatform().name("jarbor-timers").daemon().factory();
        timers = new ScheduledThreadPoolExecutor(1, one);
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public RandomGenerator secureRandom() {
        return secure;
    }

    @Override
    public String newUid() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void execute(String name, Runnable task) {
        try {
            tasks.execute(() -> {
                Thread.currentThread().setName(name);
                run(name, task);
            });
        } catch (RejectedExecutionException closed) {
            // closed: nothing runs any more, as the contract says
        }
    }

    @Override
    public void executeLast(String name, Runnable task) {
        execute(name, task);
    }

    @Override
    public Timer beat(String name, Duration delay, Runnable task) {
        return schedule(name, delay, task);
    }

    @Override
    public Timer schedule(String name, Duration delay, Runnable task) {
        try {
            var scheduled = timers.schedule(() -> execute(name, task), nanos(delay), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void onFailure(FailureHandler handler) {
        failures = handler;
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public void close() {
        timers.shutdownNow();
        tasks.shutdownNow();
    }

    /** What is negative is due at once; what is longer than a century never matters. */
    private static long nanos(Duration delay) {
        if (delay.compareTo(LONGEST_DELAY) >= 0) {
            return LONGEST_DELAY.toNanos();
        }
        return delay.isNegative() ? 0 : delay.toNanos();
    }

    private void run(String name, Runnable task) {
        try {
            task.run();
        } catch (Throwable cause) {
            if (!tasks.isShutdown()) {
                failures.failed(name, cause);
            }
        }
    }
}
