package dev.jarbor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every runtime promises. */
abstract class RuntimeContract {
    private Runtime runtime = new SimulatedRuntime(0);

    abstract Runtime open();

    /** Lets the runtime work until {@code result} is there, and answers with it. */
    abstract <T> T await(Runtime runtime, Future<T> result);

    @BeforeEach
    void openRuntime() {
        runtime = open();
    }

    @AfterEach
    void closeRuntime() {
        runtime.close();
    }

    @Test
    void aTaskHandedInRuns() {
        assertTasksRun();
    }

    private void assertTasksRun() {
        var ran = new CompletableFuture<String>();
        runtime.execute("task", () -> ran.complete("yes"));
        assertThat(await(runtime, ran)).isEqualTo("yes");
    }

    @Test
    void aTimerRunsNotBeforeItsDelayHasPassed() {
        long start = runtime.nanoTime();
        var ran = new CompletableFuture<Long>();
        runtime.schedule("timer", Duration.ofMillis(20), () -> ran.complete(runtime.nanoTime()));
        assertThat(await(runtime, ran) - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
    }

    @Test
    void aTimerWithADelayInThePastRunsAtOnce() {
        var ran = new CompletableFuture<Boolean>();
        runtime.schedule("timer", Duration.ofDays(-1), () -> ran.complete(true));
        assertThat(await(runtime, ran)).isTrue();
    }

    @Test
    void aTimerWithAnEndlessDelayIsAccepted() {
        Runtime.Timer never = runtime.schedule("timer", Duration.ofSeconds(Long.MAX_VALUE), () -> {});
        never.cancel();
        assertTasksRun();
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        var runs = new AtomicInteger();
        Runtime.Timer timer = runtime.schedule("cancelled", Duration.ofMillis(5), runs::incrementAndGet);
        timer.cancel();
        timer.cancel();
        var later = new CompletableFuture<Integer>();
        runtime.schedule("later", Duration.ofMillis(30), () -> later.complete(runs.get()));
        assertThat(await(runtime, later)).isZero();
    }

    @Test
    void aTaskThatThrowsIsHandedToTheFailureHandlerAndOthersGoOn() {
        var failure = new CompletableFuture<String>();
        runtime.onFailure((task, cause) -> failure.complete(task + ": " + cause.getMessage()));
        runtime.execute("broken", () -> {
            throw new IllegalArgumentException("no");
        });
        assertThat(await(runtime, failure)).isEqualTo("broken: no");
        assertTasksRun();
    }

    @Test
    void afterCloseNothingRunsAndNothingIsRefused() {
        var runs = new AtomicInteger();
        runtime.close();
        runtime.execute("late", runs::incrementAndGet);
        runtime.schedule("late", Duration.ZERO, runs::incrementAndGet).cancel();
        runtime.close();
        assertThat(runs).hasValue(0);
    }

    @Test
    void uidsAreVersionFourUuidsAndDiffer() {
        assertThat(runtime.newUid())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
                .isNotEqualTo(runtime.newUid());
    }

    @Test
    void suffixesAreOfTheLettersThatMakeNoWords() {
        assertThat(runtime.newSuffix(5)).matches("[bcdfghjklmnpqrstvwxz2456789]{5}");
    }

    @Test
    void theClockNeverGoesBack() {
        Instant before = runtime.now();
        long nanosBefore = runtime.nanoTime();
        var later = new CompletableFuture<Boolean>();
        runtime.schedule("later", Duration.ofMillis(1), () -> later.complete(true));
        await(runtime, later);
        assertThat(runtime.now()).isAfterOrEqualTo(before);
        assertThat(runtime.nanoTime()).isGreaterThan(nanosBefore);
    }
}
