package dev.jarbor.server;

import dev.jarbor.runtime.Runtime;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks on the runtime one at a time and in the order they were handed in, from whatever thread they come. */
final class SerialTasks {
    private final Runtime runtime;
    private final String name;
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /** How many tasks are waiting or running: whoever raises it from zero starts the runner. */
    private final AtomicInteger outstanding = new AtomicInteger();

    SerialTasks(Runtime runtime, String name) {
        this.runtime = runtime;
        this.name = name;
    }

    void add(Runnable task) {
        waiting.add(task);
        if (outstanding.getAndIncrement() == 0) {
            runtime.execute(name, this::run);
        }
    }

    private void run() {
        int done = 0;
        try {
            Runnable task = waiting.poll();
            while (task != null) {
                done++;
                task.run();
                task = waiting.poll();
            }
        } finally {
            // After a task that threw, the rest goes on in a run of its own.
            if (outstanding.addAndGet(-done) > 0) {
                runtime.execute(name, this::run);
            }
        }
    }
}
