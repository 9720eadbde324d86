package dev.jarbor.controllers.disruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many disruptions a budget allows, from its pods. */
class BudgetTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");

    private static PodDisruptionBudget budget(String spec, String status) {
        return new PodDisruptionBudget((ObjectValue) Yaml.parse("""
                metadata: {name: web, namespace: shop, generation: 2}
                spec: {%s}
                status: {%s}
                """.formatted(spec, status)));
    }

    private static Pod pod(String name, boolean ready) {
        return new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: %s, namespace: shop}
                status: {phase: Running, conditions: [{type: Ready, status: '%s'}]}
                """.formatted(name, ready ? "True" : "False")));
    }

    private static List<Pod> pods(int ready, int broken) {
        return IntStream.range(0, ready + broken)
                .mapToObj(i -> pod("p" + i, i < ready))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "minAvailable: 2, 3, 0, 0, 2, 3, 1",
        "minAvailable: 2, 2, 1, 0, 2, 3, 0",
        "minAvailable: 50%, 3, 0, 5, 3, 5, 0",
        "minAvailable: 50%, 5, 0, 5, 3, 5, 2",
        "maxUnavailable: 1, 5, 0, 5, 4, 5, 1",
        "maxUnavailable: 30%, 7, 0, 7, 4, 7, 3",
        "maxUnavailable: 9, 2, 0, 2, 0, 2, 2",
        "minAvailable: 0, 0, 0, 0, 0, 0, 0",
    })
    void whatIsAllowedIsWhatIsHealthyBeyondWhatIsDesired(
            String spec, int ready, int broken, int scale, int desired, int expected, int allowed) {
        var status =
                Budget.of(budget(spec, ""), pods(ready, broken), scale, NOW).status();
        assertThat(List.of(
                        status.currentHealthy(),
                        status.desiredHealthy(),
                        status.expectedPods(),
                        status.disruptionsAllowed()))
                .containsExactly(ready, desired, expected, allowed);
        assertThat(status.observedGeneration()).isEqualTo(2);
    }

    @Test
    void aGrantedEvictionCountsForTwoMinutes() {
        String granted = "disruptedPods: {p0: '%s'}";
        Budget fresh =
                Budget.of(budget("minAvailable: 1", granted.formatted(NOW.minusSeconds(60))), pods(3, 0), 0, NOW);
        assertThat(fresh.status().currentHealthy()).isEqualTo(2);
        assertThat(fresh.again()).contains(NOW.plusSeconds(60));
        assertThat(fresh.notDeleted()).isEmpty();
        Budget late =
                Budget.of(budget("minAvailable: 1", granted.formatted(NOW.minusSeconds(121))), pods(3, 0), 0, NOW);
        assertThat(late.status().currentHealthy()).isEqualTo(3);
        assertThat(late.notDeleted()).containsExactly("p0");
        assertThat(late.status().disruptedPods()).isEmpty();
    }

    @Test
    void whatCannotBeWorkedOutAllowsNothingAndIsOfTheGenerationThatWasSeenLast() {
        var failed = Budget.failed(
                budget("maxUnavailable: 1", "disruptionsAllowed: 3, observedGeneration: 1"),
                "found no controllers",
                NOW);
        assertThat(failed.disruptionsAllowed()).isZero();
        assertThat(failed.observedGeneration()).isEqualTo(1);
        assertThat(failed.conditions()).singleElement().satisfies(condition -> {
            assertThat(condition.reason()).isEqualTo("SyncFailed");
            assertThat(condition.message()).isEqualTo("found no controllers");
            assertThat(condition.observedGeneration()).isEqualTo(1);
        });
    }
}
