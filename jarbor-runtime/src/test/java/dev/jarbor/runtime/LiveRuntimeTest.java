package dev.jarbor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class LiveRuntimeTest extends RuntimeContract {
    @Override
    Runtime open() {
        return new LiveRuntime();
    }

    @Override
    <T> T await(Runtime runtime, Future<T> result) {
        try {
            return result.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("the task did not run", failure);
        }
    }

    @Test
    void aTaskThatBlocksHoldsUpNoOther() {
        try (var runtime = new LiveRuntime()) {
            var go = new CountDownLatch(1);
            var blocked = new CompletableFuture<Boolean>();
            runtime.execute("blocked", () -> {
                try {
                    blocked.complete(go.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException closed) {
                    blocked.complete(false);
                }
            });
            runtime.execute("other", go::countDown);
            assertThat(await(runtime, blocked)).isTrue();
        }
    }

    @Test
    void closeInterruptsATaskThatBlocks() {
        var started = new CompletableFuture<Boolean>();
        var interrupted = new CompletableFuture<Boolean>();
        var runtime = new LiveRuntime();
        runtime.execute("blocked", () -> {
            started.complete(true);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException closed) {
                interrupted.complete(true);
            }
        });
        await(runtime, started);
        runtime.close();
        assertThat(await(runtime, interrupted)).isTrue();
    }
}
