package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Date;
import java.util.Timer;
import java.util.TimerTask;

/**
 * A {@link Timer} on the cluster's time, for programs that have nothing better to be given, such as the Java Operator SDK's
 * timers. When a task's time has come it is handed to the thread that every Timer has, which is also how it is found out
 * whether it was cancelled meanwhile. Tasks that repeat are refused: nobody can see when those are cancelled.
 */
final class ClusterTimer extends Timer {
    private static final String REPEATED = "a task that repeats belongs to ClusterTime.scheduler()";

    private final Runtime runtime;

    ClusterTimer(Runtime runtime) {
        super("cluster timer", true);
        this.runtime = runtime;
    }

    @Override
    public void schedule(TimerTask task, long delay) {
        runtime.schedule("timer", Duration.ofMillis(delay), () -> fire(task));
    }

    @Override
    public void schedule(TimerTask task, Date time) {
        runtime.schedule("timer", Duration.between(runtime.now(), time.toInstant()), () -> fire(task));
    }

    private void fire(TimerTask task) {
        Runtime.Busy busy = runtime.busy("timer");
        try {
            super.schedule(task, 0);
            super.schedule(after(busy), 1);
        } catch (IllegalStateException cancelled) {
            busy.close();
        }
    }

    private static TimerTask after(Runtime.Busy busy) {
        return new TimerTask() {
            @Override
            public void run() {
                busy.close();
            }
        };
    }

    @Override
    public void schedule(TimerTask task, long delay, long period) {
        throw new UnsupportedOperationException(REPEATED);
    }

    @Override
    public void schedule(TimerTask task, Date first, long period) {
        throw new UnsupportedOperationException(REPEATED);
    }

    @Override
    public void scheduleAtFixedRate(TimerTask task, long delay, long period) {
        throw new UnsupportedOperationException(REPEATED);
    }

    @Override
    public void scheduleAtFixedRate(TimerTask task, Date first, long period) {
        throw new UnsupportedOperationException(REPEATED);
    }
}
