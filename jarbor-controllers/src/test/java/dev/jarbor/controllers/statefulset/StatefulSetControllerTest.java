package dev.jarbor.controllers.statefulset;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.apps.v1.RollingUpdateStatefulSetStrategy;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.apps.v1.StatefulSetOrdinals;
import dev.jarbor.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import dev.jarbor.api.apps.v1.StatefulSetSpec;
import dev.jarbor.api.apps.v1.StatefulSetStatus;
import dev.jarbor.api.apps.v1.StatefulSetUpdateStrategy;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.garbage.GarbageCollector;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the reference's e2e tests of StatefulSets, under virtual time. */
class StatefulSetControllerTest {
    private static World world(long seed) {
        World world = new World(seed).withNodes();
        return world.start(new StatefulSetController(world.api, world.informers, world.runtime, world.events));
    }

    private static StatefulSet db(int replicas) {
        return StatefulSet.named(NAMESPACE, "db")
                .withSpec(StatefulSetSpec.EMPTY
                        .withReplicas(replicas)
                        .withServiceName("db")
                        .withRevisionHistoryLimit(10)
                        .withPodManagementPolicy("OrderedReady")
                        .withUpdateStrategy(rolling(0))
                        .withSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "db")))
                        .withTemplate(template("db", "image:1")));
    }

    private static StatefulSetUpdateStrategy rolling(int partition) {
        return StatefulSetUpdateStrategy.EMPTY
                .withType("RollingUpdate")
                .withRollingUpdate(RollingUpdateStatefulSetStrategy.EMPTY.withPartition(partition));
    }

    private static StatefulSet with(StatefulSet set, UnaryOperator<StatefulSetSpec> change) {
        return set.withSpec(change.apply(set.spec()));
    }

    private static StatefulSet withClaims(StatefulSet set, String whenDeleted, String whenScaled) {
        var claim = PersistentVolumeClaim.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("data"));
        return with(
                set,
                spec -> spec.withVolumeClaimTemplates(List.of(claim))
                        .withPersistentVolumeClaimRetentionPolicy(StatefulSetPersistentVolumeClaimRetentionPolicy.EMPTY
                                .withWhenDeleted(whenDeleted)
                                .withWhenScaled(whenScaled)));
    }

    private static void scale(World world, int replicas) {
        world.change(StatefulSet.KIND, db(0), set -> with(set, spec -> spec.withReplicas(replicas)));
    }

    private static void image(World world, String image) {
        world.change(StatefulSet.KIND, db(0), set -> with(set, spec -> spec.withTemplate(template("db", image))));
    }

    private static List<String> names(World world) {
        return world.all(Pod.KIND).stream().map(Pod::name).toList();
    }

    private static String imageOf(World world, String pod) {
        return world.the(Pod.KIND, NAMESPACE, pod)
                .spec()
                .containers()
                .getFirst()
                .image();
    }

    private static StatefulSetStatus status(World world) {
        return world.the(StatefulSet.KIND, NAMESPACE, "db").status();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void ordinalsStartUpwardsAndEndDownwardsOneAtATime(long seed) {
        World world = world(seed);
        world.api.create(StatefulSet.KIND, db(5));
        for (int i = 0; i < 300; i++) {
            if (i == 150) {
                scale(world, 1);
            }
            world.trouble(12);
            world.runtime.advance(Duration.ofMillis(200), () -> {
                List<Pod> pods = world.all(Pod.KIND);
                for (int ordinal = 0; ordinal < pods.size(); ordinal++) {
                    assertThat(pods.get(ordinal).name()).as("seed %d", seed).isEqualTo("db-" + ordinal);
                }
                assertThat(pods)
                        .as("seed %d", seed)
                        .filteredOn(pod -> !PodState.isReady(pod) || Ownership.isDeleting(pod))
                        .hasSizeLessThanOrEqualTo(1);
            });
        }
        world.calm();
        assertThat(names(world)).as("seed %d", seed).containsExactly("db-0");
    }

    @Test
    void aPodHasItsNameItsHostAndItsPlaceInLabels() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, db(2));
        world.settle();
        Pod second = world.the(Pod.KIND, NAMESPACE, "db-1");
        assertThat(second.spec().hostname()).isEqualTo("db-1");
        assertThat(second.spec().subdomain()).isEqualTo("db");
        assertThat(second.metadata().labels())
                .containsEntry("app", "db")
                .containsEntry("statefulset.kubernetes.io/pod-name", "db-1")
                .containsEntry("apps.kubernetes.io/pod-index", "1")
                .containsEntry("controller-revision-hash", status(world).updateRevision());
        assertThat(world.told()).contains("SuccessfulCreate: create Pod db-1 in StatefulSet db successful");
        assertThat(status(world).replicas()).isEqualTo(2);
        assertThat(status(world).currentReplicas()).isEqualTo(2);
        assertThat(status(world).availableReplicas()).isEqualTo(2);
        assertThat(status(world).currentRevision()).isEqualTo(status(world).updateRevision());
    }

    @Test
    void anUnhealthyPodStopsScalingInOrderBothWays() {
        World world = world(1);
        world.healthy(pod -> !pod.name().equals("db-1"));
        world.api.create(StatefulSet.KIND, db(3));
        world.settle();
        assertThat(names(world)).containsExactly("db-0", "db-1");

        world.healthy(pod -> true);
        Pod sick = world.the(Pod.KIND, NAMESPACE, "db-1");
        world.api.put(Pod.KIND, sick.withStatus(sick.status().withConditions(List.of(world.ready(true)))));
        world.settle();
        assertThat(names(world)).containsExactly("db-0", "db-1", "db-2");

        Pod first = world.the(Pod.KIND, NAMESPACE, "db-0");
        world.api.put(Pod.KIND, first.withStatus(first.status().withConditions(List.of(world.ready(false)))));
        world.runtime.advance(Duration.ofSeconds(1));
        scale(world, 1);
        world.settle();
        assertThat(names(world)).containsExactly("db-0", "db-1", "db-2");
    }

    @Test
    void inParallelNothingWaits() {
        World world = world(1);
        world.healthy(pod -> false);
        world.api.create(StatefulSet.KIND, with(db(4), spec -> spec.withPodManagementPolicy("Parallel")));
        world.settle();
        assertThat(names(world)).hasSize(4);
        scale(world, 0);
        world.settle();
        assertThat(names(world)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void anUpdateGoesDownwardsAndNeverTakesMoreThanOnePodOut(long seed) {
        World world = world(seed);
        world.api.create(StatefulSet.KIND, db(4));
        world.settle();
        image(world, "image:2");
        var order = new ArrayList<String>();
        for (int i = 0; i < 250; i++) {
            world.trouble(30);
            world.runtime.advance(Duration.ofSeconds(2), () -> {
                List<Pod> pods = world.all(Pod.KIND);
                assertThat(pods)
                        .as("seed %d", seed)
                        .filteredOn(pod -> PodState.isReady(pod) && !Ownership.isDeleting(pod))
                        .hasSizeGreaterThanOrEqualTo(3);
                pods.stream()
                        .filter(pod -> imageOf(world, pod.name()).equals("image:2") && !order.contains(pod.name()))
                        .forEach(pod -> order.add(pod.name()));
            });
        }
        world.calm();
        assertThat(order).as("seed %d", seed).containsExactly("db-3", "db-2", "db-1", "db-0");
        assertThat(status(world).currentRevision()).isEqualTo(status(world).updateRevision());
        assertThat(status(world).currentReplicas()).isEqualTo(4);
    }

    @Test
    void aPartitionMakesACanaryAndPodsBelowItStayOldEvenWhenTheyAreReplaced() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, with(db(3), spec -> spec.withUpdateStrategy(rolling(3))));
        world.settle();
        image(world, "image:2");
        world.settle();
        assertThat(names(world)).extracting(name -> imageOf(world, name)).containsOnly("image:1");

        world.change(StatefulSet.KIND, db(0), set -> with(set, spec -> spec.withUpdateStrategy(rolling(2))));
        world.settle();
        assertThat(imageOf(world, "db-2")).isEqualTo("image:2");
        assertThat(status(world).updatedReplicas()).isEqualTo(1);
        assertThat(status(world).currentReplicas()).isEqualTo(2);

        world.api.delete(Pod.KIND, world.the(Pod.KIND, NAMESPACE, "db-0").key());
        world.api.delete(Pod.KIND, world.the(Pod.KIND, NAMESPACE, "db-2").key());
        world.settle();
        assertThat(imageOf(world, "db-0")).isEqualTo("image:1");
        assertThat(imageOf(world, "db-2")).isEqualTo("image:2");

        world.change(StatefulSet.KIND, db(0), set -> with(set, spec -> spec.withUpdateStrategy(rolling(0))));
        world.settle();
        assertThat(names(world)).extracting(name -> imageOf(world, name)).containsOnly("image:2");
    }

    @Test
    void severalMayBeUnavailableWhereTheUpdateSaysSo() {
        World world = world(3);
        var two = RollingUpdateStatefulSetStrategy.EMPTY.withMaxUnavailable(IntOrString.of(2));
        world.api.create(
                StatefulSet.KIND,
                with(
                        db(6),
                        spec -> spec.withPodManagementPolicy("Parallel")
                                .withUpdateStrategy(StatefulSetUpdateStrategy.EMPTY
                                        .withType("RollingUpdate")
                                        .withRollingUpdate(two))));
        world.settle();
        image(world, "image:2");
        var least = new TreeSet<Long>();
        world.runtime.advance(
                Duration.ofMinutes(1),
                () -> least.add(world.all(Pod.KIND).stream()
                        .filter(pod -> PodState.isReady(pod) && !Ownership.isDeleting(pod))
                        .count()));
        assertThat(least.first()).isEqualTo(4);
        assertThat(names(world)).extracting(name -> imageOf(world, name)).containsOnly("image:2");
    }

    /** As the reference documents under "Forced rollback". */
    @Test
    void inOrderABrokenPodHasToBeDeletedByHandBeforeAnUpdateCanGoBack() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, db(3));
        breakAndGoBack(world);
        assertThat(imageOf(world, "db-2")).isEqualTo("image:bad");
        world.api.delete(Pod.KIND, world.the(Pod.KIND, NAMESPACE, "db-2").key());
        world.settle();
        assertThat(names(world))
                .hasSize(3)
                .extracting(name -> imageOf(world, name))
                .containsOnly("image:1");
        assertThat(world.all(ControllerRevision.KIND))
                .extracting(ControllerRevision::revision)
                .containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void inParallelAnUpdateGoesBackByItself() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, with(db(3), spec -> spec.withPodManagementPolicy("Parallel")));
        breakAndGoBack(world);
        assertThat(names(world))
                .hasSize(3)
                .extracting(name -> imageOf(world, name))
                .containsOnly("image:1");
    }

    private static void breakAndGoBack(World world) {
        world.settle();
        world.healthy(pod -> !pod.spec().containers().getFirst().image().equals("image:bad"));
        image(world, "image:bad");
        world.settle();
        assertThat(imageOf(world, "db-2")).isEqualTo("image:bad");
        assertThat(imageOf(world, "db-1")).isEqualTo("image:1");
        image(world, "image:1");
        world.settle();
    }

    @Test
    void aPodThatFailedIsMadeAnewUnderItsName() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, db(1));
        world.settle();
        Pod failed = world.the(Pod.KIND, NAMESPACE, "db-0");
        world.api.put(Pod.KIND, failed.withStatus(failed.status().withPhase("Failed")));
        world.settle();
        Pod anew = world.the(Pod.KIND, NAMESPACE, "db-0");
        assertThat(anew.metadata().uid()).isNotEqualTo(failed.metadata().uid());
        assertThat(PodState.isReady(anew)).isTrue();
        assertThat(world.told()).contains("RecreatingFailedPod: StatefulSet shop/db is recreating failed Pod db-0");
    }

    @Test
    void ordinalsMayStartElsewhereAndMove() {
        World world = world(1);
        world.api.create(
                StatefulSet.KIND, with(db(2), spec -> spec.withOrdinals(StatefulSetOrdinals.EMPTY.withStart(5))));
        world.settle();
        assertThat(names(world)).containsExactly("db-5", "db-6");
        world.change(
                StatefulSet.KIND,
                db(0),
                set -> with(set, spec -> spec.withOrdinals(StatefulSetOrdinals.EMPTY.withStart(6))));
        world.settle();
        assertThat(names(world)).containsExactly("db-6", "db-7");
    }

    @Test
    void eachPodFindsItsClaimAgain() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, withClaims(db(2), "Retain", "Retain"));
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND))
                .extracting(PersistentVolumeClaim::name)
                .containsExactly("data-db-0", "data-db-1");
        assertThat(world.the(Pod.KIND, NAMESPACE, "db-1").spec().volumes())
                .singleElement()
                .satisfies(volume ->
                        assertThat(volume.persistentVolumeClaim().claimName()).isEqualTo("data-db-1"));
        scale(world, 0);
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND))
                .hasSize(2)
                .allSatisfy(
                        claim -> assertThat(claim.metadata().ownerReferences()).isEmpty());
    }

    @Test
    void aClaimThatIsOnItsWayOutIsWaitedForAndToldOf() {
        World world = world(1);
        PersistentVolumeClaim leaving = PersistentVolumeClaim.named(NAMESPACE, "data-db-0");
        world.api.create(
                PersistentVolumeClaim.KIND,
                leaving.withMetadata(leaving.metadata().withFinalizers(List.of("kubernetes.io/pvc-protection"))));
        world.api.delete(PersistentVolumeClaim.KIND, leaving.key());
        world.api.create(StatefulSet.KIND, withClaims(db(1), "Retain", "Retain"));
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(world.told())
                .contains("FailedCreate: create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being"
                        + " deleted");
        world.change(
                PersistentVolumeClaim.KIND,
                leaving,
                claim -> claim.withMetadata(claim.metadata().withFinalizers(List.of())));
        world.runtime.advance(Duration.ofMinutes(20));
        assertThat(world.all(Pod.KIND)).hasSize(1);
        assertThat(world.told())
                .contains("SuccessfulCreate: create Claim data-db-0 Pod db-0 in StatefulSet db success");
    }

    @Test
    void aPodThatWaitsGetsAClaimThatSomebodyHasDeletedAnew() {
        World world = new World(1);
        world.start(new StatefulSetController(world.api, world.informers, world.runtime, world.events));
        StatefulSet set = world.api.create(StatefulSet.KIND, withClaims(db(1), "Retain", "Retain"));
        world.settle();
        world.api.delete(
                PersistentVolumeClaim.KIND,
                PersistentVolumeClaim.named(NAMESPACE, "data-db-0").key());
        world.runtime.advance(Duration.ofSeconds(1));
        world.change(StatefulSet.KIND, set, before -> with(before, spec -> spec.withMinReadySeconds(1)));
        world.settle();
        assertThat(world.all(Pod.KIND))
                .singleElement()
                .satisfies(pod -> assertThat(pod.status().phase()).isEqualTo("Pending"));
        assertThat(world.all(PersistentVolumeClaim.KIND)).hasSize(1);
    }

    @Test
    void aPodThatLosesItsIdentityGetsItBackAndThatIsTold() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, db(1));
        world.settle();
        Pod pod = world.the(Pod.KIND, NAMESPACE, "db-0");
        world.change(
                Pod.KIND,
                pod,
                before -> before.withMetadata(before.metadata()
                        .withLabels(Map.of(
                                "app",
                                "db",
                                Identity.REVISION,
                                before.metadata().labels().get(Identity.REVISION)))));
        world.settle();
        assertThat(world.the(Pod.KIND, NAMESPACE, "db-0").metadata().labels())
                .containsEntry("apps.kubernetes.io/pod-index", "0")
                .containsEntry("statefulset.kubernetes.io/pod-name", "db-0");
        assertThat(world.told()).contains("SuccessfulUpdate: update Pod db-0 in StatefulSet db successful");
    }

    @Test
    void anotherPolicyOfRetentionIsToldOfEachPod() {
        World world = world(1);
        StatefulSet set = world.api.create(StatefulSet.KIND, withClaims(db(1), "Retain", "Retain"));
        world.settle();
        world.change(StatefulSet.KIND, set, before -> withClaims(before, "Delete", "Retain"));
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND))
                .allSatisfy(claim ->
                        assertThat(Ownership.isControlledBy(claim, set)).isTrue());
        assertThat(world.told()).contains("SuccessfulUpdate: update Pod db-0 in StatefulSet db successful");
    }

    @Test
    void claimsGoWithTheSetOrWithThePodsThatItNoLongerWants() {
        World world = new World(1).withNodes();
        var collector = new GarbageCollector(
                world.api,
                world.informers,
                world.runtime,
                world.events,
                Settings.of("PEM").resources(),
                new MetricRegistry());
        world.start(new StatefulSetController(world.api, world.informers, world.runtime, world.events), collector);
        StatefulSet set = world.api.create(StatefulSet.KIND, withClaims(db(3), "Delete", "Delete"));
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND))
                .hasSize(3)
                .allSatisfy(claim ->
                        assertThat(Ownership.isControlledBy(claim, set)).isTrue());
        scale(world, 1);
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND))
                .extracting(PersistentVolumeClaim::name)
                .containsExactly("data-db-0");
        world.api.delete(StatefulSet.KIND, set.key(), DeleteOptions.NONE.propagation("Background"));
        world.settle();
        assertThat(world.all(PersistentVolumeClaim.KIND)).isEmpty();
        assertThat(world.all(Pod.KIND)).isEmpty();
    }

    @Test
    void aPodCountsOnlyAfterMinReadySeconds() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, with(db(2), spec -> spec.withMinReadySeconds(60)));
        world.runtime.advance(Duration.ofSeconds(50));
        assertThat(names(world)).containsExactly("db-0");
        world.settle();
        world.settle();
        assertThat(names(world)).containsExactly("db-0", "db-1");
        assertThat(status(world).availableReplicas()).isEqualTo(2);
    }

    @Test
    void aDeletionThatMeetsAConflictIsTriedAgainThoughNothingHappensMeanwhile() {
        World world = world(1);
        world.api.create(StatefulSet.KIND, db(2));
        world.settle();
        world.api.failNext(
                request -> request.verb() == Verb.DELETE, ApiException.conflict(Pod.KIND, "somebody-was-faster"));
        scale(world, 1);
        world.settle();
        assertThat(names(world)).containsExactly("db-0");
    }
}
