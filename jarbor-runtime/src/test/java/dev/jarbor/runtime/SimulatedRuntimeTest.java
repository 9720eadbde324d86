package dev.jarbor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class SimulatedRuntimeTest extends RuntimeContract {
    @Override
    Runtime open() {
        return new SimulatedRuntime(42);
    }

    @Override
    <T> T await(Runtime runtime, Future<T> result) {
        ((SimulatedRuntime) runtime).runUntil(result::isDone, Duration.ofMinutes(1));
        try {
            return result.get(0, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("the task did not run", failure);
        }
    }

    @Test
    void tasksRunInTheOrderOfTheirTimeAndThenAsHandedIn() {
        var runtime = new SimulatedRuntime(1);
        var order = new ArrayList<String>();
        runtime.schedule("c", Duration.ofSeconds(2), () -> order.add("c"));
        runtime.schedule("a", Duration.ofSeconds(1), () -> order.add("a"));
        runtime.schedule("b", Duration.ofSeconds(1), () -> order.add("b"));
        runtime.advance(Duration.ofSeconds(2));
        assertThat(order).containsExactly("a", "b", "c");
    }

    @Test
    void timeJumpsToEachTaskAndEndsWhereItWasTold() {
        var runtime = new SimulatedRuntime(1);
        var seen = new ArrayList<Duration>();
        Runnable look = () -> seen.add(Duration.between(SimulatedRuntime.EPOCH, runtime.now()));
        runtime.schedule("one", Duration.ofMinutes(7), look);
        runtime.schedule("two", Duration.ofMinutes(9), look);
        runtime.advance(Duration.ofMinutes(10));
        assertThat(seen).containsExactly(Duration.ofMinutes(7), Duration.ofMinutes(9));
        assertThat(runtime.now()).isEqualTo(SimulatedRuntime.EPOCH.plus(Duration.ofMinutes(10)));
    }

    @Test
    void nothingRunsUntilTheOwnerSaysSo() {
        var runtime = new SimulatedRuntime(1);
        var ran = new ArrayList<String>();
        runtime.execute("task", () -> ran.add("task"));
        assertThat(ran).isEmpty();
        runtime.runUntilIdle();
        assertThat(ran).containsExactly("task");
    }

    @Test
    void aConditionThatNeverHoldsLeavesTheClockAtTheLimit() {
        var runtime = new SimulatedRuntime(1);
        runtime.schedule("far", Duration.ofHours(2), () -> {});
        assertThat(runtime.runUntil(() -> false, Duration.ofHours(1))).isFalse();
        assertThat(runtime.now()).isEqualTo(SimulatedRuntime.EPOCH.plus(Duration.ofHours(1)));
    }

    @Test
    void theCheckIsMadeAfterEachTask() {
        var runtime = new SimulatedRuntime(1);
        var state = new int[1];
        runtime.execute("first", () -> state[0] = 1);
        runtime.execute("second", () -> state[0] = 2);
        var seen = new ArrayList<Integer>();
        runtime.advance(Duration.ZERO, () -> seen.add(state[0]));
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void theSameSeedTakesTheSameSteps() {
        assertThat(trace(SimulatedRuntime.shuffled(7))).isEqualTo(trace(SimulatedRuntime.shuffled(7)));
        assertThat(run(new SimulatedRuntime(7))).isEqualTo(run(new SimulatedRuntime(7)));
        assertThat(run(new SimulatedRuntime(7))).isNotEqualTo(run(new SimulatedRuntime(8)));
    }

    @Test
    void theTraceHashIsTheSameInEveryJvm() {
        // Written down once: hashes of strings and instants are specified, so it must never change by itself.
        assertThat(run(new SimulatedRuntime(7))).isEqualTo(EXPECTED_TRACE);
    }

    private static final long EXPECTED_TRACE = 3060714106649716131L;

    @Test
    void shufflingFindsOrdersThatTheLiveRuntimeMayTake() {
        assertThat(trace(new SimulatedRuntime(1))).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
        assertThat(trace(SimulatedRuntime.shuffled(1)))
                .isNotEqualTo(trace(new SimulatedRuntime(1)))
                .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7");
    }

    @Test
    void aTaskMustNotDriveTheRuntime() {
        var runtime = new SimulatedRuntime(1);
        runtime.execute("driver", runtime::runUntilIdle);
        assertThatThrownBy(runtime::runUntilIdle).hasMessageContaining("must not drive");
    }

    @Test
    void aFailureEndsTheRunUnlessSomebodyTakesIt() {
        var runtime = new SimulatedRuntime(1);
        runtime.execute("broken", () -> {
            throw new IllegalStateException("no");
        });
        assertThatThrownBy(runtime::runUntilIdle).hasMessage("task broken failed: java.lang.IllegalStateException: no");
    }

    private static List<String> trace(SimulatedRuntime runtime) {
        var order = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            String name = Integer.toString(i);
            runtime.execute(name, () -> order.add(name));
        }
        runtime.runUntilIdle();
        return order;
    }

    private static long run(SimulatedRuntime runtime) {
        chain(runtime, 100);
        runtime.advance(Duration.ofHours(1));
        return runtime.traceHash();
    }

    private static void chain(SimulatedRuntime runtime, int left) {
        if (left > 0) {
            Duration wait = Duration.ofMillis(runtime.random().nextInt(1000));
            runtime.schedule("chain " + left, wait, () -> chain(runtime, left - 1));
        }
    }

    @Test
    void whatIsToRunLastWaitsForAllThatIsDueAndForNoTime() {
        var runtime = new SimulatedRuntime(1);
        var order = new ArrayList<String>();
        runtime.executeLast("last", () -> order.add("last"));
        runtime.execute("first", () -> {
            order.add("first");
            runtime.execute("second", () -> order.add("second"));
        });
        runtime.schedule("later", Duration.ofNanos(1), () -> order.add("later"));
        runtime.advance(Duration.ofSeconds(1));
        assertThat(order).containsExactly("first", "second", "last", "later");
    }
}
