package dev.jarbor.controllers.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetCondition;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After the reference's table of a ReplicaSet's status. */
class CountedTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");

    private static Pod pod(String app, String phase, String ready, String more) {
        return new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: p, labels: {app: %s, extra: x}%s}
                status: {phase: %s, conditions: [{type: Ready, status: '%s', lastTransitionTime: '2030-01-01T00:59:50Z'}]}
                """.formatted(app, more, phase, ready)));
    }

    private static Counted counted(ReplicaSet set, Pod... pods) {
        return Counted.of(set, List.of(pods), "", "", NOW);
    }

    private static ReplicaSet failing(ReplicaSet set, Instant since) {
        return set.withStatus(set.status()
                .withConditions(List.of(ReplicaSetCondition.EMPTY
                        .withType("ReplicaFailure")
                        .withStatus("True")
                        .withReason("FailedCreate")
                        .withMessage("quota")
                        .withLastTransitionTime(since))));
    }

    @Test
    void podsCountByWhatTheyCarryAndHowTheyAre() {
        var status = counted(
                        Samples.replicaSet("web", 3),
                        pod("web", "Running", "True", ""),
                        pod("other", "Running", "True", ""),
                        pod("web", "Running", "False", ""),
                        pod("web", "Failed", "False", ""),
                        pod("web", "Running", "True", ", deletionTimestamp: '2030-01-01T00:59:00Z'"))
                .status();
        assertThat(status.replicas()).isEqualTo(3);
        assertThat(status.fullyLabeledReplicas()).isEqualTo(2);
        assertThat(status.readyReplicas()).isEqualTo(2);
        assertThat(status.availableReplicas()).isEqualTo(2);
    }

    @Test
    void whatIsNoneIsLeftAwayButForTheNumberItself() {
        assertThat(counted(Samples.replicaSet("web", 0)).status().value().names())
                .containsExactlyInAnyOrder("replicas", "observedGeneration");
    }

    @Test
    void aPodIsAvailableOnceItHasBeenReadyLongEnoughAndThatIsWaitedFor() {
        ReplicaSet set = Samples.replicaSet("web", 1);
        ReplicaSet patient = set.withSpec(set.spec().withMinReadySeconds(30));
        Counted waits = counted(patient, pod("web", "Running", "True", ""));
        assertThat(waits.status().readyReplicas()).isEqualTo(1);
        assertThat(waits.status().hasAvailableReplicas()).isFalse();
        assertThat(waits.recount()).isEqualTo(Duration.ofSeconds(20));
        ReplicaSet done = set.withSpec(set.spec().withMinReadySeconds(10));
        assertThat(counted(done, pod("web", "Running", "True", "")).status().availableReplicas())
                .isEqualTo(1);
    }

    @Test
    void theFirstFailureOfASeriesStandsUntilOnePassSucceeds() {
        ReplicaSet set = Samples.replicaSet("web", 1);
        var first = Counted.of(set, List.of(), "FailedCreate", "quota", NOW)
                .status()
                .conditions();
        assertThat(first).singleElement().satisfies(condition -> {
            assertThat(condition.type()).isEqualTo("ReplicaFailure");
            assertThat(condition.status()).isEqualTo("True");
            assertThat(condition.reason()).isEqualTo("FailedCreate");
            assertThat(condition.message()).isEqualTo("quota");
            assertThat(condition.lastTransitionTime()).contains(NOW);
        });
        ReplicaSet before = failing(set, NOW.minusSeconds(60));
        assertThat(Counted.of(before, List.of(), "FailedDelete", "other", NOW)
                        .status()
                        .conditions())
                .isEqualTo(before.status().conditions());
        assertThat(counted(before).status().conditions()).isEmpty();
    }
}
