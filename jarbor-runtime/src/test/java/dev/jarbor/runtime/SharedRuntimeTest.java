package dev.jarbor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedRuntimeTest {
    private final LiveRuntime outside = new LiveRuntime();
    private final SharedRuntime runtime = new SharedRuntime(new SimulatedRuntime(1), outside, Duration.ofMillis(20));
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        runtime.close();
        outside.close();
    }

    private String turn(String said) {
        return runtime.turn(() -> {
            heard.add(said);
            return said;
        });
    }

    @Test
    void whatIsDueNowHasRunWhenATurnIsOver() {
        runtime.turn(() -> {
            runtime.execute("first", () -> {
                heard.add("first");
                runtime.execute("second", () -> heard.add("second"));
            });
            runtime.schedule("later", Duration.ofSeconds(1), () -> heard.add("later"));
            return heard;
        });
        assertThat(heard).containsExactly("first", "second");
        runtime.advance(Duration.ofSeconds(1));
        assertThat(heard).containsExactly("first", "second", "later");
    }

    @Test
    void aTurnWithinATaskIsPartOfIt() {
        runtime.execute("task", () -> turn("inner"));
        assertThat(heard).containsExactly("inner");
    }

    @Test
    void timeWaitsForWhoeverIsAtWork() {
        Instant before = runtime.now();
        var seen = new AtomicReference<Instant>(Instant.MAX);
        var work = runtime.busy("test");
        outside.schedule("work", Duration.ofMillis(50), () -> {
            seen.set(runtime.now());
            work.close();
        });
        runtime.advance(Duration.ofHours(1));
        assertThat(seen.get()).isEqualTo(before);
    }

    @Test
    void whatTheOutsideDoesAboutAnEventHappensBeforeTimeMoves() {
        runtime.schedule("event", Duration.ofSeconds(1), () -> {
            var taking = runtime.busy("event");
            outside.execute("operator", () -> {
                try (taking) {
                    turn("operator at " + Duration.ofNanos(runtime.nanoTime()));
                }
            });
        });
        runtime.schedule("next", Duration.ofSeconds(2), () -> heard.add("next"));
        runtime.advance(Duration.ofSeconds(3));
        assertThat(heard).containsExactly("operator at PT1S", "next");
    }

    @Test
    void aTaskThatWaitsForTheOutsideLetsItIn() {
        var asked = new CountDownLatch(1);
        var answered = new CountDownLatch(1);
        outside.execute("webhook", () -> {
            await(asked);
            turn("webhook calls back");
            answered.countDown();
        });
        runtime.execute("task", () -> {
            heard.add("task asks");
            runtime.execute("other task", () -> heard.add("other task"));
            runtime.waiting(() -> {
                asked.countDown();
                return await(answered);
            });
            heard.add("task goes on");
        });
        assertThat(heard).containsExactly("task asks", "webhook calls back", "task goes on", "other task");
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aConditionIsMetAsSoonAsItHolds() {
        Instant before = runtime.now();
        runtime.schedule("event", Duration.ofMinutes(3), () -> heard.add("event"));
        assertThat(runtime.until(() -> heard.contains("event"), Duration.ofHours(1)))
                .isTrue();
        assertThat(runtime.now()).isEqualTo(before.plus(Duration.ofMinutes(3)));
        assertThat(runtime.until(() -> false, Duration.ofHours(1))).isFalse();
        assertThat(runtime.now()).isEqualTo(before.plus(Duration.ofMinutes(63)));
    }

    @Test
    void aTaskMustNotMoveTime() {
        var refused = new ArrayList<Throwable>();
        runtime.onFailure((task, cause) -> refused.add(cause));
        runtime.execute("task", () -> runtime.advance(Duration.ofSeconds(1)));
        assertThat(refused).hasSize(1);
    }

    @Test
    void timeThatFollowsByItselfIsNotFasterThanItsPace() {
        var done = new CountDownLatch(1);
        Instant before = runtime.now();
        runtime.schedule("far", Duration.ofSeconds(20), done::countDown);
        long begin = outside.nanoTime();
        runtime.follow(Duration.ofSeconds(100));
        assertThat(await(done)).isTrue();
        assertThat(Duration.ofNanos(outside.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(150));
        assertThat(runtime.now()).isAfterOrEqualTo(before.plusSeconds(20));
    }

    @Test
    void afterItsEndNothingRuns() {
        runtime.close();
        turn("still answered");
        runtime.execute("never", () -> heard.add("never"));
        assertThat(heard).containsExactly("still answered");
        assertThat(runtime.until(() -> true, Duration.ofDays(1))).isFalse();
    }

    private void beat(Duration pause, List<Instant> beats) {
        runtime.beat("beat", pause, () -> {
            beats.add(runtime.now());
            beat(pause, beats);
        });
    }

    @Test
    void timeLeapsOverBeatsToWhatElseIsDue() {
        Instant begin = runtime.now();
        var beats = new ArrayList<Instant>();
        beat(Duration.ofSeconds(10), beats);
        var lastBeats = new ArrayList<Duration>();
        for (int day : List.of(1, 3, 10)) {
            runtime.schedule(
                    "event",
                    Duration.ofDays(day),
                    () -> lastBeats.add(Duration.between(beats.getLast(), runtime.now())));
        }
        runtime.advance(Duration.ofDays(20));
        assertThat(runtime.now()).isEqualTo(begin.plus(Duration.ofDays(20)));
        assertThat(beats).hasSizeBetween(50, 200);
        assertThat(lastBeats).hasSize(3).allMatch(since -> since.compareTo(Duration.ofSeconds(10)) <= 0);
    }

    @Test
    void noBeatIsLeftOutWhereMoreHappens() {
        var beats = new ArrayList<Instant>();
        beat(Duration.ofMinutes(1), beats);
        for (int hour = 0; hour < 48; hour++) {
            runtime.schedule("event", Duration.ofHours(hour), () -> heard.add("event"));
        }
        runtime.advance(Duration.ofDays(2));
        assertThat(beats).hasSize(48 * 60);
    }

    @Test
    void noBeatIsLeftOutShortlyAfterACall() {
        var beats = new ArrayList<Instant>();
        beat(Duration.ofSeconds(1), beats);
        runtime.advance(Duration.ofDays(1));
        beats.clear();
        Instant called = runtime.now();
        turn("call");
        runtime.advance(Duration.ofDays(1));
        assertThat(beats)
                .filteredOn(beat -> beat.isBefore(called.plusSeconds(120)))
                .hasSizeGreaterThanOrEqualTo(119);
    }

    @Test
    void whoWaitsForTheOutsideGivesItTimeWhileNothingElseHappens() {
        beat(Duration.ofSeconds(10), new ArrayList<>());
        runtime.busy("test").close();
        var done = new AtomicBoolean();
        outside.schedule("slow", Duration.ofMillis(80), () -> done.set(true));
        assertThat(runtime.until(done::get, Duration.ofHours(1))).isTrue();
    }

    @Test
    void whoCallsAllTheTimeDoesNotHoldTimeUp() {
        beat(Duration.ofSeconds(10), new ArrayList<>());
        Runnable call = () -> turn("call");
        var calling = new AtomicBoolean(true);
        everyThirtyMilliseconds(calling, call);
        assertThat(runtime.until(() -> false, Duration.ofMinutes(20))).isFalse();
        calling.set(false);
    }

    private void everyThirtyMilliseconds(AtomicBoolean calling, Runnable call) {
        if (calling.get()) {
            call.run();
            outside.schedule("caller", Duration.ofMillis(30), () -> everyThirtyMilliseconds(calling, call));
        }
    }

    @Test
    void aBeatThatIsCancelledDoesNotCome() {
        Runtime.Timer beat = runtime.beat("beat", Duration.ofSeconds(1), () -> heard.add("beat"));
        beat.cancel();
        runtime.advance(Duration.ofDays(1));
        assertThat(heard).isEmpty();
    }
}
