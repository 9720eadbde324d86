package dev.jarbor.client;

import dev.jarbor.runtime.Runtime;
import java.util.ArrayDeque;

/**
 * Gives a piece of state one owner at a time without holding a lock while it works: steps handed in run one after the
 * other, on the thread of whoever came first. A step handed in while another runs waits for it, even within the same
 * thread, so a step never sees another half done. Steps that are quick keep the line short; whoever hands in many of
 * them (a watch) works them off itself, which slows it down to what its listeners can take.
 */
public final class Turns {
    private final String name;
    private final Runtime runtime;
    private final ArrayDeque<Runnable> line = new ArrayDeque<>();
    private boolean taken;

    public Turns(String name, Runtime runtime) {
        this.name = name;
        this.runtime = runtime;
    }

    /** Runs {@code step} when all before it have run: at once, if there are none. */
    public void take(Runnable step) {
        line(step);
        run();
    }

    /** Puts {@code step} in line without running anything: for callers that hold a lock, who {@link #run} without it. */
    public void line(Runnable step) {
        synchronized (line) {
            line.add(step);
        }
    }

    /** Runs what stands in line, unless somebody is at it already. */
    public void run() {
        synchronized (line) {
            if (taken) {
                return;
            }
            taken = true;
        }
        while (true) {
            Runnable next;
            synchronized (line) {
                if (line.isEmpty()) {
                    taken = false;
                    return;
                }
                next = line.remove();
            }
            run(next);
        }
    }

    /** One step's failure is the runtime's to report, and not the end of the others. */
    private void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            runtime.execute(name, () -> {
                throw failure;
            });
        }
    }
}
