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
        assertThat(shared(15)).containsExactly("old 11", "newer 7");
        assertThat(shared(5)).containsExactly("old 5", "newer 3");
        assertThat(shared(0)).containsExactly("old 0", "newer 0");
    }

    private static List<String> shared(int replicas) {
        return shared(deployment(replicas, "3", "2"), set("old", 8, 13), set("newer", 5, 13));
    }

    /** In the order of their writes. */
    private static List<String> shared(Deployment deployment, ReplicaSet... sets) {
        return ProportionalScaling.sizes(deployment, List.of(sets)).entrySet().stream()
                .map(entry -> entry.getKey().name() + " " + entry.getValue())
                .toList();
    }

    /** After the reference's table of proportional scaling: three sets, ten replicas before, or nothing noted of that. */
    @Test
    void whatRoundingLeavesOverIsTheLargestsAndOfEqualsTheNewerGrowsFirst() {
        Deployment twelve = deployment(12, "0", "1");
        assertThat(shared(twelve, set("a", 5, 10), set("b", 3, 10), set("c", 2, 10)))
                .containsExactly("a 6", "b 4", "c 2");
        assertThat(shared(twelve, set("a", 5, 10), set("b", 5, 10))).containsExactly("b 6", "a 6");
        Deployment four = deployment(4, "0", "1");
        assertThat(shared(four, set("a", 8, 10), set("b", 2, 10))).containsExactly("a 3", "b 1");
        assertThat(shared(four, set("a", 1, 2), set("b", 1, 2))).containsExactly("b 2", "a 2");
    }
}
