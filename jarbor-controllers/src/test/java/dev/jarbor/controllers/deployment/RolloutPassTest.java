package dev.jarbor.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetStatus;
import dev.jarbor.controllers.Samples;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one pass over a Deployment writes and tells. */
class RolloutPassTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private static ReplicaSet set(String name, String image, int replicas, int available) {
        ReplicaSet set = Samples.replicaSet(name, replicas);
        return set.withSpec(set.spec().withTemplate(Samples.template("web", image)))
                .withStatus(ReplicaSetStatus.EMPTY.withReplicas(replicas).withAvailableReplicas(available));
    }

    private static List<String> events(Deployment deployment, ReplicaSet... sets) {
        return RolloutPass.plan(deployment, List.of(sets), false, NOW).writes().stream()
                .flatMap(write -> switch (write) {
                    case Plan.Write.Create create -> create.events().stream();
                    case Plan.Write.Update update -> update.events().stream();
                    case Plan.Write.Delete delete ->
                        List.of("Deleted " + delete.set().name()).stream();
                })
                .toList();
    }

    @Test
    void whatIsUnhealthyGoesFirstAndThatIsToldApartFromWhatTheBoundAllows() {
        Deployment web = Samples.deployment("web", 10);
        Deployment wide = web.withSpec(web.spec().withStrategy(Samples.rolling("0", "4")));
        assertThat(events(wide, set("new", "image:1", 2, 2), set("old", "image:0", 8, 6)))
                .containsExactly("Scaled down replica set old from 8 to 6", "Scaled down replica set old from 6 to 4");
    }

    @Test
    void aChangeOfScaleIsToldInTheOrderOfTheSizes() {
        Deployment web = Samples.deployment("web", 20);
        ReplicaSet small = Revisions.noting(Samples.deployment("web", 10), set("a", "image:1", 3, 3));
        ReplicaSet large = Revisions.noting(Samples.deployment("web", 10), set("b", "image:0", 7, 7));
        assertThat(events(web, small, large))
                .containsExactly("Scaled up replica set b from 7 to 19", "Scaled up replica set a from 3 to 6");
    }

    @Test
    void withoutPodsTheCurrentSetIsScaled() {
        assertThat(events(
                        Samples.deployment("web", 3),
                        Revisions.noting(Samples.deployment("web", 0), set("old", "image:0", 0, 0)),
                        Revisions.noting(Samples.deployment("web", 0), set("new", "image:1", 0, 0))))
                .containsExactly("Scaled up replica set new from 0 to 3");
    }
}
