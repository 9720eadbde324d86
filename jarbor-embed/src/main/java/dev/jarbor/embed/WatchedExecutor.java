package dev.jarbor.embed;

import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Somebody's executor, whose owner counts as at work from when a task is handed in until it has run. */
final class WatchedExecutor extends AbstractExecutorService {
    private final ExecutorService executor;
    private final Runtime runtime;

    WatchedExecutor(ExecutorService executor, Runtime runtime) {
        this.executor = executor;
        this.runtime = runtime;
    }

    @Override
    public void execute(Runnable command) {
        Runtime.Busy busy = runtime.busy("executor");
        try {
            executor.execute(() -> {
                try (busy) {
                    command.run();
                }
            });
        } catch (RejectedExecutionException rejected) {
            busy.close();
            throw rejected;
        }
    }

    @Override
    public void shutdown() {
        executor.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return executor.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return executor.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return executor.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return executor.awaitTermination(timeout, unit);
    }
}
