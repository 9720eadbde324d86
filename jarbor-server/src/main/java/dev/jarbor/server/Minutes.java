package dev.jarbor.server;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls back about a minute later, everybody who asks within one second in one task: each of some hundred watches asks again every
 * minute, and hardly ever is there anything to do. Holds what was asked for in the last minute, and nothing else.
 */
final class Minutes {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Runtime runtime;
    /** By the second in which they asked; guarded by this. */
    private final Map<Long, List<Runnable>> waiting = new HashMap<>();

    Minutes(Runtime runtime) {
        this.runtime = runtime;
    }

    /** Runs {@code task}, which must be quick and must not fail, in 59 to 60 seconds. */
    void inAMinute(Runnable task) {
        long second = Duration.ofNanos(runtime.nanoTime()).toSeconds();
        boolean first = false;
        synchronized (this) {
            List<Runnable> others = waiting.get(second);
            if (others == null) {
                others = new ArrayList<>();
                waiting.put(second, others);
                first = true;
            }
            others.add(task);
        }
        if (first) {
            runtime.beat("watch bookmarks", MINUTE, () -> over(second));
        }
    }

    private void over(long second) {
        List<Runnable> due;
        synchronized (this) {
            due = waiting.remove(second);
        }
        if (due != null) {
            due.forEach(Runnable::run);
        }
    }
}
