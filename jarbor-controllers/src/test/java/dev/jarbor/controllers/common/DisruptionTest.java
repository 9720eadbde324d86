package dev.jarbor.controllers.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.World;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DisruptionTest {
    private static final Instant BEFORE = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant NOW = BEFORE.plusSeconds(60);

    private static Pod told(String reason) {
        Pod pod = Pod.named("shop", "web").withStatus(PodStatus.EMPTY.withPhase("Running"));
        return pod.withStatus(Disruption.of(pod, reason, "", BEFORE));
    }

    @Test
    void aNewReasonTakesThePlaceOfAnEarlierOneThatBeganWhenItDid() {
        assertThat(Disruption.of(told("EvictionByEvictionAPI"), "DeletionByPodGC", "", NOW)
                        .conditions())
                .singleElement()
                .satisfies(condition -> assertThat(condition.reason()).isEqualTo("DeletionByPodGC"))
                .extracting(PodCondition::lastTransitionTime)
                .isEqualTo(Optional.of(BEFORE));
    }

    /** Whoever ends between saying why and deleting begins with the deletion. */
    @Test
    void whatAPodSaysAlreadyIsNotSaidAgain() {
        World world = new World(1);
        Pod pod = world.api.put(Pod.KIND, told("DeletionByTaintManager"));
        assertThat(Disruption.of(pod, "DeletionByTaintManager", "", NOW)).isEqualTo(pod.status());
        world.api.failWhile(FakeApi.requests(Verb.UPDATE, "pods"), ApiException.internalError("nothing new"));
        Disruption.end(world.api, pod, "DeletionByTaintManager", "", NOW);
        assertThat(world.all(Pod.KIND)).allMatch(one -> one.metadata().hasDeletionTimestamp());
    }
}
