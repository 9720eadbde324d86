package dev.jarbor.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.controllers.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How large the sets of a Deployment may be: rounding of percentages, and a change of scale in the middle of a rollout. */
class SizesTest {
    private static Deployment deployment(int replicas, String surge, String unavailable) {
        Deployment deployment = Samples.deployment("web", replicas);
        return deployment.withSpec(deployment.spec().withStrategy(Samples.rolling(surge, unavailable)));
    }

    private static ReplicaSet set(String name, int replicas, int most) {
        ReplicaSet set = Samples.replicaSet(name, replicas);
        return set.withMetadata(set.metadata()
                .withAnnotations(Map.of(Revisions.MAX, Integer.toString(most)))
                .withCreationTimestamp(Instant.EPOCH.plusSeconds(name.length())));
    }

    @ParameterizedTest
    @CsvSource({
        "10, 25%, 25%, 3, 2",
        "1, 25%, 25%, 1, 0",
        "4, 0, 0, 0, 1",
        "3, 10%, 0, 1, 0",
        "1, 0%, 10%, 0, 1",
        "2, 0, 5, 0, 2",
        "0, 25%, 25%, 0, 0",
    })
    void surgeIsRoundedUpAndUnavailabilityDownButSomethingMayAlwaysMove(
            int replicas, String surge, String unavailable, int mostMore, int mostFewer) {
        Deployment deployment = deployment(replicas, surge, unavailable);
        assertThat(Sizes.maxSurge(deployment)).isEqualTo(mostMore);
        assertThat(Sizes.maxUnavailable(deployment)).isEqualTo(mostFewer);
    }

    @Test
    void theNewSetGrowsIntoWhatRoomThereIs() {
        Deployment deployment = deployment(10, "3", "2");
        assertThat(Sizes.nextForNew(deployment, List.of(set("old", 10, 13)), 0)).isEqualTo(3);
        assertThat(Sizes.nextForNew(deployment, List.of(set("old", 8, 13), set("newer", 3, 13)), 3))
                .isEqualTo(5);
        assertThat(Sizes.nextForNew(deployment, List.of(set("old", 8, 13), set("newer", 5, 13)), 5))
                .isEqualTo(5);
        assertThat(Sizes.nextForNew(deployment, List.of(set("newer", 9, 13)), 9))
                .isEqualTo(10);
    }

    /** The example of the reference's documentation: 10 replicas, 8 of them old and 5 new, become 15. */
    @Test
    void aChangeOfScaleInARolloutIsSharedInProportion() {
        assertThat(ProportionalScaling.sizes(deployment(15, "3", "2"), List.of(set("old", 8, 13), set("newer", 5, 13))))
                .containsExactly(Map.entry("newer", 7), Map.entry("old", 11));
        assertThat(ProportionalScaling.sizes(deployment(5, "3", "2"), List.of(set("old", 8, 13), set("newer", 5, 13))))
                .containsExactly(Map.entry("newer", 3), Map.entry("old", 5));
        assertThat(ProportionalScaling.sizes(deployment(0, "3", "2"), List.of(set("old", 8, 13), set("newer", 5, 13))))
                .containsExactly(Map.entry("newer", 0), Map.entry("old", 0));
    }
}
