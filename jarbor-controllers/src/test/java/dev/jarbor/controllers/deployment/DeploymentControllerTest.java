package dev.jarbor.controllers.deployment;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.Samples.deployment;
import static dev.jarbor.controllers.Samples.rolling;
import static dev.jarbor.controllers.Samples.withImage;
import static dev.jarbor.controllers.Samples.withReplicas;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentCondition;
import dev.jarbor.api.apps.v1.DeploymentStrategy;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.common.Templates;
import dev.jarbor.controllers.replicaset.ReplicaSetController;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentControllerTest {
    private static World world(long seed) {
        World world = new World(seed).withNodes();
        return world.start(
                new ReplicaSetController(world.api, world.informers, world.runtime, world.events),
                new DeploymentController(world.api, world.informers, world.runtime, world.events));
    }

    private static Deployment web(World world) {
        return world.the(Deployment.KIND, NAMESPACE, "web");
    }

    private static List<ReplicaSet> sets(World world) {
        return world.all(ReplicaSet.KIND).stream()
                .sorted(Comparator.comparingLong(Revisions::of))
                .toList();
    }

    private static DeploymentCondition condition(World world, String type) {
        return new Conditions(web(world).status().conditions()).of(type).orElseThrow();
    }

    private static List<Pod> active(World world) {
        return world.all(Pod.KIND).stream().filter(PodState::isActive).toList();
    }

    @Test
    void aNewDeploymentRunsItsPodsThroughOneReplicaSet() {
        World world = world(1);
        world.api.create(Deployment.KIND, deployment("web", 3));
        world.settle();

        ReplicaSet set = sets(world).getFirst();
        assertThat(sets(world)).hasSize(1);
        assertThat(set.name()).matches("web-[bcdfghjklmnpqrstvwxz2456789]{1,10}");
        assertThat(set.metadata().labels()).containsEntry("app", "web").containsKey("pod-template-hash");
        assertThat(set.metadata().annotations())
                .containsEntry(Revisions.REVISION, "1")
                .containsEntry(Revisions.DESIRED, "3")
                .containsEntry(Revisions.MAX, "4");
        assertThat(web(world).metadata().annotations()).containsEntry(Revisions.REVISION, "1");
        var status = web(world).status();
        assertThat(status.replicas()).isEqualTo(3);
        assertThat(status.updatedReplicas()).isEqualTo(3);
        assertThat(status.availableReplicas()).isEqualTo(3);
        assertThat(status.hasUnavailableReplicas()).isFalse();
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(condition(world, "Available").reason()).isEqualTo("MinimumReplicasAvailable");
        assertThat(condition(world, "Progressing").reason()).isEqualTo("NewReplicaSetAvailable");
        assertThat(condition(world, "Progressing").message())
                .isEqualTo("ReplicaSet \"" + set.name() + "\" has successfully progressed.");
        assertThat(world.told()).contains("ScalingReplicaSet: Scaled up replica set " + set.name() + " from 0 to 3");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 25%, 25%, 4",
        "2, 1, 0, 3",
        "3, 0, 1, 5",
        "4, 100%, 0, 3",
        "5, 0, 0%, 2",
        "6, 25%, 25%, 10",
        "7, 2, 50%, 9",
        "8, 0, 100%, 4",
        "9, 1, 1, 1",
        "10, 30%, 30%, 7"
    })
    void aRollingUpdateNeverLeavesItsBounds(long seed, String surge, String unavailable, int replicas) {
        World world = world(seed);
        Deployment sample = deployment("web", replicas);
        Deployment made = world.api.create(
                Deployment.KIND, sample.withSpec(sample.spec().withStrategy(rolling(surge, unavailable))));
        world.settle();
        int most = replicas + Sizes.maxSurge(made);
        int least = replicas - Sizes.maxUnavailable(made);
        for (int version = 2; version < 6; version++) {
            String image = "image:" + version;
            world.change(Deployment.KIND, made, before -> withImage(before, image));
            for (int i = 0; i < 60; i++) {
                world.trouble(15);
                world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(900)), () -> {
                    // The sets follow their sizes each in its own time, so the sizes are what is bounded.
                    assertThat(Sizes.total(sets(world))).as("seed %d", seed).isLessThanOrEqualTo(most);
                    assertThat(active(world))
                            .as("seed %d", seed)
                            .filteredOn(PodState::isReady)
                            .hasSizeGreaterThanOrEqualTo(least);
                });
            }
        }
        world.calm();
        assertThat(active(world))
                .as("seed %d", seed)
                .hasSize(replicas)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("image:5"));
        assertThat(new RolloutStatus(web(world), world.runtime.now())
                        .isComplete(web(world).status()))
                .isTrue();
    }

    @Test
    void aBadImageStopsTheRolloutAtMaxUnavailableAndUndoRepairsIt() {
        World world = world(1);
        Deployment made = world.api.create(Deployment.KIND, deployment("web", 4));
        world.settle();
        world.healthy(pod -> !pod.spec().containers().getFirst().image().equals("bad:1"));
        world.change(Deployment.KIND, made, before -> withImage(before, "bad:1"));
        world.runtime.advance(Duration.ofMinutes(9));
        assertThat(active(world)).filteredOn(PodState::isReady).hasSize(3);
        assertThat(condition(world, "Progressing").status()).isEqualTo("True");
        world.runtime.advance(Duration.ofMinutes(3));
        assertThat(condition(world, "Progressing").reason()).isEqualTo("ProgressDeadlineExceeded");
        assertThat(condition(world, "Progressing").message())
                .isEqualTo("ReplicaSet \"" + sets(world).getLast().name() + "\" has timed out progressing.");

        // What `kubectl rollout undo` does: the old set's template, without its hash.
        world.change(Deployment.KIND, made, before -> withImage(before, "image:1"));
        world.settle();
        assertThat(active(world)).hasSize(4).allMatch(PodState::isReady);
        assertThat(sets(world)).hasSize(2);
        assertThat(Revisions.of(sets(world).getLast())).isEqualTo(3);
        assertThat(sets(world).getLast().metadata().annotations()).containsEntry(Revisions.HISTORY, "1");
        assertThat(web(world).metadata().annotations()).containsEntry(Revisions.REVISION, "3");
        assertThat(condition(world, "Progressing").reason()).isEqualTo("NewReplicaSetAvailable");
    }

    @Test
    void recreateStartsNoNewPodBeforeTheLastOldOneIsGone() {
        World world = world(3);
        Deployment sample = deployment("web", 3);
        Deployment made = world.api.create(
                Deployment.KIND,
                sample.withSpec(sample.spec().withStrategy(DeploymentStrategy.EMPTY.withType("Recreate"))));
        world.settle();
        world.change(Deployment.KIND, made, before -> withImage(before, "image:2"));
        world.runtime.advance(
                Duration.ofMinutes(2),
                () -> assertThat(world.all(Pod.KIND).stream()
                                .map(pod -> pod.spec().containers().getFirst().image())
                                .distinct())
                        .hasSizeLessThanOrEqualTo(1));
        assertThat(active(world))
                .hasSize(3)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("image:2"));
    }

    @Test
    void whilePausedATemplateChangesNothingAndTheScaleStillDoes() {
        World world = world(1);
        Deployment made = world.api.create(Deployment.KIND, deployment("web", 2));
        world.settle();
        world.change(
                Deployment.KIND,
                made,
                before -> withImage(before, "image:2")
                        .withSpec(withImage(before, "image:2")
                                .spec()
                                .withPaused(true)
                                .withReplicas(4)));
        world.settle();
        assertThat(sets(world)).hasSize(1);
        assertThat(active(world)).hasSize(4);
        assertThat(condition(world, "Progressing").reason()).isEqualTo("DeploymentPaused");

        world.change(
                Deployment.KIND, made, before -> before.withSpec(before.spec().withPaused(false)));
        world.settle();
        assertThat(sets(world)).hasSize(2);
        assertThat(condition(world, "Progressing").reason()).isEqualTo("NewReplicaSetAvailable");
    }

    @Test
    void scalingInTheMiddleOfARolloutIsSharedInProportion() {
        World world = world(1);
        Deployment sample = deployment("web", 10);
        Deployment made =
                world.api.create(Deployment.KIND, sample.withSpec(sample.spec().withStrategy(rolling("3", "2"))));
        world.settle();
        world.healthy(pod -> !pod.spec().containers().getFirst().image().equals("bad:1"));
        world.change(Deployment.KIND, made, before -> withImage(before, "bad:1"));
        world.settle();
        assertThat(sets(world)).extracting(Sizes::of).containsExactly(8, 5);

        // The example of the documentation: 10 to 15 adds three to the old set and two to the new one.
        world.change(Deployment.KIND, made, before -> withReplicas(before, 15));
        world.settle();
        assertThat(sets(world)).extracting(Sizes::of).containsExactly(11, 7);
    }

    @Test
    void oldReplicaSetsBeyondTheHistoryLimitAreDeletedOldestFirst() {
        World world = world(1);
        Deployment sample = deployment("web", 1);
        Deployment made =
                world.api.create(Deployment.KIND, sample.withSpec(sample.spec().withRevisionHistoryLimit(2)));
        for (int version = 2; version < 7; version++) {
            String image = "image:" + version;
            world.settle();
            world.change(Deployment.KIND, made, before -> withImage(before, image));
        }
        world.settle();
        assertThat(sets(world)).extracting(Revisions::of).containsExactly(4L, 5L, 6L);
    }

    @Test
    void aTakenNameIsAvoidedByCountingTheCollision() {
        World world = world(1);
        String hash = Templates.hash(Samples.template("web", "image:1"), 0);
        ReplicaSet squatter = Samples.replicaSet("other", 0);
        world.api.create(
                ReplicaSet.KIND, squatter.withMetadata(squatter.metadata().withName("web-" + hash)));
        world.api.create(Deployment.KIND, deployment("web", 2));
        world.settle();
        assertThat(web(world).status().collisionCount()).isEqualTo(1);
        assertThat(active(world)).hasSize(2);
    }

    private static Deployment annotated(Deployment deployment, String name, String value) {
        var annotations = new TreeMap<>(deployment.metadata().annotations());
        annotations.put(name, value);
        return deployment.withMetadata(deployment.metadata().withAnnotations(annotations));
    }

    @Test
    void anOldClientsWishForAnEarlierRevisionIsGrantedWithItsAnnotations() {
        World world = world(1);
        Deployment made = world.api.create(
                Deployment.KIND, annotated(deployment("web", 2), "kubernetes.io/change-cause", "first"));
        world.settle();
        world.change(
                Deployment.KIND,
                made,
                before -> annotated(withImage(before, "image:2"), "kubernetes.io/change-cause", "second"));
        world.settle();
        world.change(Deployment.KIND, made, before -> annotated(before, Revisions.ROLLBACK, "0"));
        world.settle();
        assertThat(web(world).metadata().annotations())
                .doesNotContainKey(Revisions.ROLLBACK)
                .containsEntry("kubernetes.io/change-cause", "first")
                .containsEntry(Revisions.REVISION, "3");
        assertThat(active(world))
                .hasSize(2)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("image:1"));
        assertThat(web(world).spec().template().metadata().labels()).doesNotContainKey(Templates.HASH);
        assertThat(world.told()).contains("DeploymentRollback: Rolled back deployment \"web\" to revision 1");
    }

    @Test
    void aRevisionThatIsNotThereOrIsThePresentOneIsToldOf() {
        World world = world(1);
        Deployment made = world.api.create(Deployment.KIND, deployment("web", 1));
        for (String wish : List.of("0", "7", "1")) {
            world.settle();
            world.change(Deployment.KIND, made, before -> annotated(before, Revisions.ROLLBACK, wish));
        }
        world.settle();
        assertThat(web(world).metadata().annotations()).doesNotContainKey(Revisions.ROLLBACK);
        assertThat(world.told())
                .contains(
                        "DeploymentRollbackRevisionNotFound: Unable to find last revision.",
                        "DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to.",
                        "DeploymentRollbackTemplateUnchanged: The rollback revision contains the same template as"
                                + " current deployment \"web\"");
    }

    @Test
    void aDeploymentThatIsGoingIsLeftAlone() {
        World world = world(1);
        Deployment sample = deployment("web", 2);
        Deployment made = world.api.create(
                Deployment.KIND, sample.withMetadata(sample.metadata().withFinalizers(List.of("example.com/hold"))));
        world.settle();
        world.api.delete(Deployment.KIND, made.key());
        world.change(Deployment.KIND, made, before -> withReplicas(before, 5));
        world.settle();
        assertThat(sets(world)).extracting(Sizes::of).containsExactly(2);
    }
}
