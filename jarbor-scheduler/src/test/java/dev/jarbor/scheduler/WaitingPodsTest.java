package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingPodsTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final WaitingPods waiting = new WaitingPods();

    private Optional<String> next(long seconds) {
        return waiting.next(START.plusSeconds(seconds)).map(KubeObject::name);
    }

    private static Pod urgent(String name) {
        Pod plain = pod(name, "1");
        return plain.withSpec(plain.spec().withPriority(10));
    }

    @Test
    void theMostImportantComesFirstThenWhoCameFirst() {
        waiting.put(pod("b", "1"), false, START);
        waiting.put(pod("a", "1"), false, START);
        waiting.put(urgent("c"), false, START);
        assertThat(next(0)).contains("c");
        assertThat(next(0)).contains("b");
        assertThat(next(0)).contains("a");
        assertThat(next(0)).isEmpty();
    }

    @Test
    void aPodThatFoundNoNodeRestsUntilSomethingChangesAndItsBackoffIsOver() {
        waiting.put(pod("a", "1"), false, START);
        assertThat(next(0)).contains("a");
        assertThat(waiting.nextDue()).contains(START.plus(WaitingPods.LONGEST_REST));

        waiting.clusterChanged();
        assertThat(waiting.nextDue()).contains(START.plus(WaitingPods.FIRST_BACKOFF));
        assertThat(next(0)).isEmpty();
        assertThat(next(1)).contains("a");
        waiting.clusterChanged();
        assertThat(waiting.nextDue()).contains(START.plusSeconds(1 + 2));
    }

    @Test
    void aPodThatChangesItselfIsTriedAgainAsWell() {
        waiting.put(pod("a", "1"), false, START);
        assertThat(next(0)).contains("a");
        waiting.put(pod("a", "2"), false, START);
        assertThat(next(5)).isEmpty();
        waiting.put(pod("a", "1"), true, START);
        assertThat(next(5)).contains("a");
    }

    @Test
    void aRestLastsFiveMinutesWhateverHappens() {
        waiting.put(pod("a", "1"), false, START);
        assertThat(next(0)).contains("a");
        assertThat(next(Duration.ofMinutes(5).toSeconds() - 1)).isEmpty();
        assertThat(next(Duration.ofMinutes(5).toSeconds())).contains("a");
    }

    @Test
    void aPodThatBecomesMoreImportantWhileItWaitsOvertakes() {
        waiting.put(pod("a", "1"), false, START);
        waiting.put(pod("b", "1"), false, START);
        waiting.put(urgent("b"), true, START);
        assertThat(next(0)).contains("b");
        waiting.remove(pod("a", "1").key());
        assertThat(next(0)).isEmpty();
        assertThat(waiting.hasReady()).isFalse();
    }
}
