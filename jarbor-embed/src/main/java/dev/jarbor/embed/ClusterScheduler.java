package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An executor of programs outside whose delays are those of the cluster's time. What is due runs on a virtual thread and may
 * block; while it runs, and from when it is handed in to run at once, its program counts as at work, so that time waits.
 */
final class ClusterScheduler extends AbstractExecutorService implements ScheduledExecutorService {
    private final Runtime runtime;
    private final Set<Task<?>> waiting = ConcurrentHashMap.newKeySet();
    private final Set<Object> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean shutdown;

    ClusterScheduler(Runtime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void execute(Runnable command) {
        requireOpen();
        run(command);
    }

    private void requireOpen() {
        if (shutdown) {
            throw new RejectedExecutionException("the scheduler has been shut down");
        }
    }

    private void run(Runnable command) {
        Runtime.Busy busy = runtime.busy("scheduled task");
        running.add(busy);
        runtime.outside().execute("scheduled task", () -> {
            try (busy) {
                command.run();
            } finally {
                running.remove(busy);
                look();
            }
        });
    }

    private void look() {
        if (shutdown && waiting.isEmpty() && running.isEmpty()) {
            over.countDown();
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return begin(new Task<>(command, Duration.ZERO, false), Duration.of(delay, unit.toChronoUnit()));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return begin(new Task<>(callable), Duration.of(delay, unit.toChronoUnit()));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        Duration every = Duration.of(period, unit.toChronoUnit());
        return begin(new Task<>(command, every, true), Duration.of(initial, unit.toChronoUnit()));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        Duration pause = Duration.of(delay, unit.toChronoUnit());
        return begin(new Task<>(command, pause, false), Duration.of(initial, unit.toChronoUnit()));
    }

    private <V> Task<V> begin(Task<V> task, Duration delay) {
        requireOpen();
        task.await(delay);
        return task;
    }

    /** A task and when it is due; repeated where it has a period. */
    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final Duration period;
        private final boolean fixedRate;
        private volatile long due;
        private volatile Runtime.Timer timer = () -> {};

        Task(Callable<V> callable) {
            super(callable);
            this.period = Duration.ZERO;
            this.fixedRate = false;
        }

        @SuppressWarnings("NullAway") // a Runnable has no result, which FutureTask says with null
        Task(Runnable command, Duration period, boolean fixedRate) {
            super(command, null);
            this.period = period;
            this.fixedRate = fixedRate;
        }

        void await(Duration delay) {
            due = runtime.nanoTime() + delay.toNanos();
            waiting.add(this);
            timer = runtime.schedule("scheduled task", delay, this::fire);
        }

        private void fire() {
            waiting.remove(this);
            if (!isCancelled()) {
                ClusterScheduler.this.run(this::carryOut);
            }
        }

        private void carryOut() {
            if (period.isZero()) {
                super.run();
                return;
            }
            if (fixedRate) {
                again(Duration.ofNanos(due + period.toNanos() - runtime.nanoTime()));
                runAndReset();
            } else if (runAndReset()) {
                again(period);
            }
        }

        private void again(Duration delay) {
            if (!shutdown && !isCancelled()) {
                await(delay);
            }
        }

        @Override
        public boolean cancel(boolean interrupt) {
            timer.cancel();
            waiting.remove(this);
            boolean cancelled = super.cancel(interrupt);
            look();
            return cancelled;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - runtime.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Takes nothing more; repeated tasks end, those that wait for their time still run. */
    @Override
    public void shutdown() {
        shutdown = true;
        List.copyOf(waiting).stream().filter(task -> !task.period.isZero()).forEach(task -> task.cancel(false));
        look();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Task<?>> never = List.copyOf(waiting);
        never.forEach(task -> task.cancel(false));
        look();
        return List.copyOf(never);
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return over.getCount() == 0;
    }

    /** Waits in wall time. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return over.await(timeout, unit);
    }
}
