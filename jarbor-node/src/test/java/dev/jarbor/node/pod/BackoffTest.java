package dev.jarbor.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The wait between restarts and pulls (Kubernetes: Pod Lifecycle, "Container restarts"). */
class BackoffTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void theFirstRepeatIsAtOnce() {
        assertThat(Backoff.NONE.remaining(START, START)).isZero();
    }

    @Test
    void theWaitIsTenSecondsThenDoublesToFiveMinutes() {
        Backoff wait = Backoff.NONE;
        Instant now = START;
        for (long seconds : new long[] {10, 20, 40, 80, 160, 300, 300}) {
            wait = wait.next(now, now);
            assertThat(wait.delay()).isEqualTo(Duration.ofSeconds(seconds));
            now = now.plus(wait.delay());
        }
    }

    @Test
    void theWaitCountsFromTheFailureAndEnds() {
        Backoff wait = Backoff.NONE.next(START, START);
        Instant failed = START.plusSeconds(5);
        assertThat(wait.remaining(failed, START.plusSeconds(8))).isEqualTo(Duration.ofSeconds(7));
        assertThat(wait.remaining(failed, START.plusSeconds(15))).isZero();
    }

    @Test
    void tenMinutesWithoutAFailureForgetTheWait() {
        Backoff wait = Backoff.NONE.next(START, START).next(START, START);
        Instant later = START.plusSeconds(601);
        assertThat(wait.remaining(later, later)).isZero();
        assertThat(wait.next(later, later).delay()).isEqualTo(Duration.ofSeconds(10));
    }
}
