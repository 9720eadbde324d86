package dev.jarbor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.SharedRuntime;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final List<String> worked = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();

    private WorkQueue<String> queue(int workers, Function<String, Outcome> work) {
        return new WorkQueue<>(
                "test",
                runtime,
                workers,
                work,
                (queue, key, wait, cause) -> logged.add(key + ": " + cause.getMessage()));
    }

    private Outcome work(String key) {
        worked.add(key);
        return Outcome.DONE;
    }

    @Test
    void nothingRunsBeforeStart() {
        var queue = queue(1, this::work);
        queue.add("a");
        runtime.runUntilIdle();
        assertThat(worked).isEmpty();
        queue.start();
        runtime.runUntilIdle();
        assertThat(worked).containsExactly("a");
    }

    @Test
    void aKeyThatComesBackAtTheInstantOfItsWorkWaitsForAllElseThatIsDueAtIt() {
        var queue = queue(1, this::work);
        queue.start();
        stepping(queue, 1000);
        runtime.runUntilIdle();
        assertThat(worked).filteredOn(what -> what.equals("a")).hasSize(2);
        assertThat(worked).last().isEqualTo("a");

        runtime.advance(Duration.ofSeconds(1));
        queue.add("a");
        runtime.execute("step", () -> worked.add("step"));
        runtime.runUntilIdle();
        assertThat(worked).last().isEqualTo("step");
    }

    private void stepping(WorkQueue<String> queue, int steps) {
        queue.add("a");
        worked.add("step");
        if (steps > 1) {
            runtime.execute("step", () -> stepping(queue, steps - 1));
        }
    }

    @Test
    void whatHappensIsTold() {
        var told = new ArrayList<String>();
        var queue = queue(1, key -> Outcome.again(Duration.ofSeconds(5)));
        queue.observe(new QueueListener() {
            @Override
            public void added(String name) {
                told.add("added " + name);
            }

            @Override
            public void retried(String name) {
                told.add("retried");
            }

            @Override
            public void waited(String name, Duration time) {
                told.add("waited " + time.toSeconds());
            }

            @Override
            public void worked(String name, Duration time) {
                told.add("worked");
            }
        });
        queue.add("a");
        queue.add("a");
        assertThat(queue.load().waiting()).isEqualTo(1);
        runtime.advance(Duration.ofSeconds(3));
        queue.start();
        runtime.advance(Duration.ofSeconds(1));

        assertThat(told).containsExactly("added test", "waited 3", "retried", "worked");
        assertThat(queue.load()).isEqualTo(new KeyQueue.Load(0, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void aKeyAddedOftenWhileItWaitsIsWorkedOnOnceAndInOrder() {
        var queue = queue(1, this::work);
        queue.start();
        for (String key : List.of("b", "a", "b", "b", "a", "c")) {
            queue.add(key);
        }
        runtime.runUntilIdle();
        assertThat(worked).containsExactly("b", "a", "c");
    }

    @Test
    void aKeyAddedWhileItIsInWorkIsWorkedOnOnceMore() {
        var self = new ArrayList<WorkQueue<String>>();
        var queue = queue(4, key -> {
            if (worked.size() < 2) {
                self.getFirst().add(key);
                self.getFirst().add(key);
            }
            return work(key);
        });
        self.add(queue);
        queue.start();
        queue.add("a");
        runtime.runUntilIdle();
        assertThat(worked).containsExactly("a", "a", "a");
    }

    @Test
    void aDelayedKeyComesAtTheEarliestTimeAskedForAndOnce() {
        var times = new ArrayList<Long>();
        var queue = queue(1, key -> {
            times.add(Duration.ofNanos(runtime.nanoTime()).toSeconds());
            return Outcome.DONE;
        });
        queue.start();
        queue.addAfter("a", Duration.ofSeconds(30));
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(20));
        runtime.advance(Duration.ofMinutes(1));
        assertThat(times).containsExactly(10L);
    }

    @Test
    void aPassThatAsksForAnotherGetsItAfterThatTime() {
        var queue = queue(1, key -> {
            worked.add(key + "@" + Duration.ofNanos(runtime.nanoTime()).toMinutes());
            return worked.size() < 3 ? Outcome.again(Duration.ofMinutes(5)) : Outcome.DONE;
        });
        queue.start();
        queue.add("a");
        runtime.advance(Duration.ofHours(1));
        assertThat(worked).containsExactly("a@0", "a@5", "a@10");
    }

    @Test
    void aKeyThatBeatsIsLookedAtLessOftenInALongRest() {
        var outside = new LiveRuntime();
        var shared = new SharedRuntime(new SimulatedRuntime(1), outside, Duration.ZERO);
        var minutes = new ArrayList<Long>();
        var queue = new WorkQueue<String>("queue", shared, 1, key -> {
            minutes.add(Duration.ofNanos(shared.nanoTime()).toMinutes());
            return Outcome.beat(Duration.ofSeconds(30));
        });
        queue.start();
        queue.add("a");
        shared.advance(Duration.ofHours(20));
        assertThat(minutes).hasSizeBetween(6, 12).contains(0L, 1L, 1199L);
        shared.close();
        outside.close();
    }

    @Test
    void failuresComeBackAfterFiveMillisecondsDoublingUpToAThousandSeconds() {
        var waits = new ArrayList<Long>();
        var last = new long[1];
        var queue = queue(1, key -> {
            waits.add(Duration.ofNanos(runtime.nanoTime() - last[0]).toMillis());
            last[0] = runtime.nanoTime();
            throw new IllegalStateException("no");
        });
        queue.start();
        queue.add("a");
        runtime.advance(Duration.ofHours(2));
        assertThat(waits.subList(0, 20))
                .containsExactly(
                        0L, 5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 1280L, 2560L, 5120L, 10240L, 20480L, 40960L,
                        81920L, 163840L, 327680L, 655360L, 1000000L);
    }

    @Test
    void aSuccessForgetsTheFailures() {
        var broken = new AtomicBoolean(true);
        var times = new ArrayList<Long>();
        var queue = queue(1, key -> {
            times.add(Duration.ofNanos(runtime.nanoTime()).toMillis());
            if (broken.get()) {
                throw new IllegalStateException("no");
            }
            return Outcome.DONE;
        });
        queue.start();
        queue.add("a");
        runtime.advance(Duration.ofMillis(100));
        broken.set(false);
        runtime.advance(Duration.ofMillis(900));
        broken.set(true);
        times.clear();
        queue.add("a");
        runtime.advance(Duration.ofMillis(7));
        assertThat(times).containsExactly(1000L, 1005L);
    }

    @Test
    void aFailureIsLoggedOnceForEachDistinctMessage() {
        var message = new String[] {"first"};
        var queue = queue(1, key -> {
            throw new IllegalStateException(message[0]);
        });
        queue.start();
        queue.add("a");
        runtime.advance(Duration.ofMillis(200));
        message[0] = "second";
        runtime.advance(Duration.ofSeconds(2));
        assertThat(logged).containsExactly("a: first", "a: second");
    }

    @Test
    void aConflictComesBackQuicklyAndWithoutALog() {
        var queue = queue(1, key -> {
            work(key);
            if (worked.size() < 3) {
                throw ApiException.conflict(new GroupResource("", "pods"), "a");
            }
            return Outcome.DONE;
        });
        queue.start();
        queue.add("a");
        runtime.advance(Duration.ofMillis(20));
        assertThat(worked).hasSize(3);
        assertThat(logged).isEmpty();
    }

    @Test
    void afterCloseNothingMoreIsTaken() {
        var queue = queue(1, this::work);
        queue.start();
        queue.add("a");
        queue.addAfter("b", Duration.ofSeconds(1));
        queue.close();
        queue.add("c");
        queue.addAfter("d", Duration.ofSeconds(1));
        runtime.advance(Duration.ofMinutes(1));
        assertThat(worked).isEmpty();
        assertThat(queue.load().waiting()).isZero();
    }

    @Test
    void noKeyIsInWorkTwiceAtOnceNoAdditionIsLostAndNoMoreWorkersThanAllowedRun() throws InterruptedException {
        int keys = 20;
        int additions = 4000;
        var inWork = ConcurrentHashMap.<Integer>newKeySet();
        var workers = new AtomicInteger();
        var fault = new AtomicBoolean();
        var asked = new AtomicInteger[keys];
        var seen = new AtomicInteger[keys];
        for (int i = 0; i < keys; i++) {
            asked[i] = new AtomicInteger();
            seen[i] = new AtomicInteger();
        }
        var caughtUp = new CountDownLatch(keys);
        try (var live = new LiveRuntime()) {
            var queue = new WorkQueue<Integer>("test", live, 3, key -> {
                if (!inWork.add(key) || workers.incrementAndGet() > 3) {
                    fault.set(true);
                }
                int now = asked[key].get();
                workers.decrementAndGet();
                inWork.remove(key);
                if (seen[key].getAndSet(now) < additions && now == additions) {
                    caughtUp.countDown();
                }
                return Outcome.DONE;
            });
            queue.start();
            for (int i = 0; i < keys; i++) {
                int key = i;
                live.execute("adder", () -> {
                    for (int n = 0; n < additions; n++) {
                        asked[key].incrementAndGet();
                        queue.add(key);
                    }
                });
            }
            assertThat(caughtUp.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(fault).isFalse();
        }
    }
}
