package dev.jarbor.controllers.replicaset;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.Samples.replicaSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.api.core.v1.ReplicationControllerSpec;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaSetControllerTest {
    private static World world(long seed) {
        World world = new World(seed).withNodes();
        return world.start(new ReplicaSetController(world.api, world.informers, world.runtime, world.events));
    }

    private static ReplicaSet scaled(ReplicaSet set, int replicas) {
        return set.withSpec(set.spec().withReplicas(replicas));
    }

    @Test
    void podsAreMadeFromTheTemplateAndCounted() {
        World world = world(1);
        ReplicaSet set = world.api.create(ReplicaSet.KIND, replicaSet("web", 3));
        world.settle();

        assertThat(world.all(Pod.KIND)).hasSize(3).allSatisfy(pod -> {
            assertThat(pod.name()).startsWith("web-");
            assertThat(pod.metadata().labels()).containsEntry("app", "web");
            assertThat(Ownership.isControlledBy(pod, set)).isTrue();
        });
        var status = world.the(ReplicaSet.KIND, NAMESPACE, "web").status();
        assertThat(status.replicas()).isEqualTo(3);
        assertThat(status.fullyLabeledReplicas()).isEqualTo(3);
        assertThat(status.readyReplicas()).isEqualTo(3);
        assertThat(status.availableReplicas()).isEqualTo(3);
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(world.told())
                .filteredOn(event -> event.startsWith("SuccessfulCreate: Created pod: web-"))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void neverMorePodsAreMadeThanAskedForHoweverStaleTheCopyIs(long seed) {
        World world = world(seed);
        int most = 20;
        ReplicaSet set = world.api.create(ReplicaSet.KIND, replicaSet("web", most));
        for (int i = 0; i < 150; i++) {
            world.trouble(12);
            List<Pod> pods = world.all(Pod.KIND);
            if (!pods.isEmpty() && world.runtime.random().nextInt(4) == 0) {
                Pod victim = pods.get(world.runtime.random().nextInt(pods.size()));
                world.api.put(Pod.KIND, victim.withStatus(victim.status().withPhase("Failed")));
            }
            world.runtime.advance(
                    Duration.ofMillis(world.runtime.random().nextInt(500)),
                    () -> assertThat(world.all(Pod.KIND))
                            .as("seed %d", seed)
                            .filteredOn(PodState::isActive)
                            .hasSizeLessThanOrEqualTo(most));
        }
        world.calm();
        assertThat(world.all(Pod.KIND))
                .as("seed %d", seed)
                .filteredOn(PodState::isActive)
                .hasSize(most);
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, set.name()).status().readyReplicas())
                .isEqualTo(most);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverMorePodsAreDeletedThanAskedForHoweverStaleTheCopyIs(long seed) {
        World world = world(seed);
        ReplicaSet set = world.api.create(ReplicaSet.KIND, replicaSet("web", 20));
        world.settle();
        world.change(ReplicaSet.KIND, set, before -> scaled(before, 7));
        for (int i = 0; i < 100; i++) {
            world.trouble(8);
            world.runtime.advance(
                    Duration.ofMillis(50),
                    () -> assertThat(world.all(Pod.KIND))
                            .as("seed %d", seed)
                            .filteredOn(PodState::isActive)
                            .hasSizeGreaterThanOrEqualTo(7));
        }
        world.calm();
        assertThat(world.all(Pod.KIND)).as("seed %d", seed).hasSize(7);
    }

    @Test
    void aPodThatNobodyControlsIsAdoptedAndOneThatNoLongerMatchesReleased() {
        World world = world(1);
        Pod lone = Pod.named(NAMESPACE, "lone");
        world.api.create(Pod.KIND, lone.withMetadata(lone.metadata().withLabels(Map.of("app", "web"))));
        // Known before the set is: a set that has made its pods would find this one to be too many.
        world.settle();
        ReplicaSet set = world.api.create(ReplicaSet.KIND, replicaSet("web", 2));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(2);
        assertThat(Ownership.isControlledBy(world.the(Pod.KIND, NAMESPACE, "lone"), set))
                .isTrue();

        world.change(Pod.KIND, lone, pod -> pod.withMetadata(pod.metadata().withLabels(Map.of("app", "quarantine"))));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(3);
        assertThat(Ownership.controllerOf(world.the(Pod.KIND, NAMESPACE, "lone")))
                .isEmpty();
    }

    @Test
    void aPodCountsAsAvailableOnlyAfterMinReadySeconds() {
        World world = world(1);
        ReplicaSet set = replicaSet("web", 1);
        world.api.create(ReplicaSet.KIND, set.withSpec(set.spec().withMinReadySeconds(30)));
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().readyReplicas())
                .isEqualTo(1);
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().availableReplicas())
                .isZero();
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().availableReplicas())
                .isEqualTo(1);
    }

    @Test
    void aRefusedCreationIsToldInTheStatusAndAnEventAndTriedAgain() {
        World world = world(1);
        var fault = world.api.failWhile(
                FakeApi.requests(Verb.CREATE, "pods"),
                ApiException.forbidden(new GroupResource("", "pods"), "web", "exceeded quota: small"));
        world.api.create(ReplicaSet.KIND, replicaSet("web", 2));
        world.runtime.advance(Duration.ofSeconds(10));
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().conditions())
                .singleElement()
                .satisfies(condition -> {
                    assertThat(condition.type()).isEqualTo("ReplicaFailure");
                    assertThat(condition.reason()).isEqualTo("FailedCreate");
                    assertThat(condition.message()).contains("exceeded quota: small");
                });
        assertThat(world.told()).anyMatch(event -> event.startsWith("FailedCreate: Error creating: pods \"web\""));

        fault.close();
        world.settle();
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().conditions())
                .extracting(ReplicaSetCondition::type)
                .isEmpty();
        assertThat(world.all(Pod.KIND)).hasSize(2);
    }

    @Test
    void podsOnTheirWayOutAreReplacedAtOnceAndCountedApart() {
        World world = world(1);
        world.api.create(ReplicaSet.KIND, replicaSet("web", 1));
        world.settle();
        world.api.delete(Pod.KIND, world.all(Pod.KIND).getFirst().key());
        assertThat(world.runtime.runUntil(
                        () -> world.the(ReplicaSet.KIND, NAMESPACE, "web")
                                        .status()
                                        .terminatingReplicas()
                                == 1,
                        Duration.ofSeconds(2)))
                .isTrue();
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(1);
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().terminatingReplicas())
                .isZero();
    }

    @Test
    void aReplicationControllerIsTheSameWithAnOlderSelector() {
        World world = new World(1).withNodes();
        world.start(ReplicaSetController.forReplicationControllers(
                world.api, world.informers, world.runtime, world.events, new MetricRegistry()));
        world.api.create(
                ReplicationController.KIND,
                ReplicationController.named(NAMESPACE, "old")
                        .withSpec(ReplicationControllerSpec.EMPTY
                                .withReplicas(2)
                                .withSelector(Map.of("app", "old"))
                                .withTemplate(Samples.template("old", "image:1"))));
        world.settle();
        assertThat(world.all(Pod.KIND)).hasSize(2);
        assertThat(world.the(ReplicationController.KIND, NAMESPACE, "old")
                        .status()
                        .readyReplicas())
                .isEqualTo(2);
    }

    @Test
    void podsThatCannotBeDeletedAreSaidInTheStatus() {
        World world = world(1);
        ReplicaSet made = world.api.create(ReplicaSet.KIND, replicaSet("web", 2));
        world.settle();
        var fault = world.api.failWhile(
                request -> request.verb() == Verb.DELETE, ApiException.serviceUnavailable("not now"));
        world.change(
                ReplicaSet.KIND, made, before -> before.withSpec(before.spec().withReplicas(1)));
        world.runtime.advance(Duration.ofSeconds(1));
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().conditions())
                .singleElement()
                .satisfies(condition -> {
                    assertThat(condition.reason()).isEqualTo("FailedDelete");
                    assertThat(condition.message()).isEqualTo("unable to delete pods: not now");
                });
        assertThat(world.told()).contains("FailedDelete: Error deleting: not now");
        fault.close();
        world.settle();
        assertThat(world.the(ReplicaSet.KIND, NAMESPACE, "web").status().conditions())
                .isEmpty();
    }
}
