package dev.jarbor.controllers.volumebinding;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.volumebinding.Storage.annotated;
import static dev.jarbor.controllers.volumebinding.Storage.byDefault;
import static dev.jarbor.controllers.volumebinding.Storage.claim;
import static dev.jarbor.controllers.volumebinding.Storage.ofClass;
import static dev.jarbor.controllers.volumebinding.Storage.storageClass;
import static dev.jarbor.controllers.volumebinding.Storage.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the reference's e2e tests of persistent volumes, under virtual time. */
class VolumeBindingControllerTest {
    private static World world(long seed) {
        World world = new World(seed);
        return world.start(loop(world));
    }

    private static VolumeBindingController loop(World world) {
        return new VolumeBindingController(world.api, world.informers, world.runtime, world.events);
    }

    private static PersistentVolume volumeOf(World world, String name) {
        return world.the(PersistentVolume.KIND, "", name);
    }

    private static PersistentVolumeClaim claimOf(World world, String name) {
        return world.the(PersistentVolumeClaim.KIND, NAMESPACE, name);
    }

    @Test
    void claimAndVolumeFindEachOtherWhicheverComesFirst() {
        World world = world(1);
        world.api.create(PersistentVolumeClaim.KIND, claim("early", "5Gi"));
        world.settle();
        assertThat(claimOf(world, "early").status().phase()).isEqualTo("Pending");
        assertThat(world.told())
                .contains("FailedBinding: no persistent volumes available for this claim and no storage class is set");
        world.api.create(PersistentVolume.KIND, volume("v", "10Gi"));
        world.settle();

        PersistentVolumeClaim claim = claimOf(world, "early");
        assertThat(claim.status().phase()).isEqualTo("Bound");
        assertThat(claim.status().capacity()).hasToString("{storage=10Gi}");
        assertThat(claim.status().accessModes()).containsExactly("ReadWriteOnce");
        assertThat(claim.spec().volumeName()).isEqualTo("v");
        assertThat(claim.metadata().annotations())
                .containsOnly(
                        Map.entry(VolumeMatch.BIND_COMPLETED, "yes"),
                        Map.entry(VolumeMatch.BOUND_BY_CONTROLLER, "yes"));
        PersistentVolume volume = volumeOf(world, "v");
        assertThat(volume.status().phase()).isEqualTo("Bound");
        assertThat(volume.status().hasLastPhaseTransitionTime()).isTrue();
        assertThat(volume.spec().claimRef().uid()).isEqualTo(claim.metadata().uid());
        assertThat(volume.metadata().annotations()).containsOnly(Map.entry(VolumeMatch.BOUND_BY_CONTROLLER, "yes"));
    }

    @Test
    void whatIsBoundStaysAsItIs() {
        World world = world(2);
        world.api.create(PersistentVolume.KIND, volume("v", "10Gi"));
        world.api.create(PersistentVolumeClaim.KIND, claim("c", "5Gi"));
        world.settle();
        String version = world.api.resourceVersion();
        world.api.dropWatches();
        world.api.forgetHistory();
        world.settle();
        loop(world).start();
        world.settle();
        assertThat(world.api.resourceVersion()).isEqualTo(version);
    }

    @Test
    void usersMayBindByHandFromEitherSide() {
        World world = world(3);
        PersistentVolume reserved = volume("reserved", "10Gi");
        world.api.create(
                PersistentVolume.KIND,
                reserved.withSpec(reserved.spec()
                        .withClaimRef(
                                ObjectReference.EMPTY.withNamespace(NAMESPACE).withName("first"))));
        world.api.create(PersistentVolume.KIND, volume("named", "10Gi"));
        world.settle();
        assertThat(volumeOf(world, "reserved").status().phase()).isEqualTo("Available");
        PersistentVolumeClaim second = claim("second", "1Gi");
        world.api.create(
                PersistentVolumeClaim.KIND, second.withSpec(second.spec().withVolumeName("named")));
        world.api.create(PersistentVolumeClaim.KIND, claim("first", "1Gi"));
        world.settle();
        assertThat(claimOf(world, "first").spec().volumeName()).isEqualTo("reserved");
        assertThat(volumeOf(world, "reserved").metadata().annotations()).isEmpty();
        assertThat(claimOf(world, "second").status().phase()).isEqualTo("Bound");
        assertThat(claimOf(world, "second").metadata().annotations())
                .containsOnly(Map.entry(VolumeMatch.BIND_COMPLETED, "yes"));
    }

    @Test
    void aReleasedVolumeIsKeptAndIsBoundAgainOnlyWhenItsReferenceIsCleared() {
        World world = world(4);
        world.api.create(PersistentVolume.KIND, volume("v", "10Gi"));
        world.api.create(PersistentVolumeClaim.KIND, claim("c", "1Gi"));
        world.settle();
        world.api.delete(PersistentVolumeClaim.KIND, claim("c", "1Gi").key());
        world.settle();
        assertThat(volumeOf(world, "v").status().phase()).isEqualTo("Released");
        world.api.create(PersistentVolumeClaim.KIND, claim("c", "1Gi"));
        world.settle();
        assertThat(claimOf(world, "c").status().phase()).isEqualTo("Pending");
        world.change(
                PersistentVolume.KIND,
                volumeOf(world, "v"),
                volume -> volume.withSpec(volume.spec().withoutClaimRef()));
        world.settle();
        assertThat(claimOf(world, "c").status().phase()).isEqualTo("Bound");
    }

    @Test
    void whatNobodyCanReclaimFailsAndSaysWhy() {
        World world = world(5);
        for (String policy : List.of("Delete", "Recycle")) {
            PersistentVolume volume = ofClass(volume(policy.toLowerCase(java.util.Locale.ROOT), "10Gi"), policy);
            world.api.create(
                    PersistentVolume.KIND, volume.withSpec(volume.spec().withPersistentVolumeReclaimPolicy(policy)));
            PersistentVolumeClaim claim = ofClass(claim(volume.name(), "1Gi"), policy);
            world.api.create(PersistentVolumeClaim.KIND, claim);
            world.settle();
            assertThat(claimOf(world, claim.name()).status().phase()).isEqualTo("Bound");
            world.api.delete(PersistentVolumeClaim.KIND, claim.key());
        }
        world.settle();
        assertThat(volumeOf(world, "recycle").status().phase()).isEqualTo("Failed");
        assertThat(volumeOf(world, "recycle").status().message()).isEqualTo("No recycler plugin found for the volume!");
        assertThat(volumeOf(world, "delete").status().message())
                .isEqualTo("host_path deleter only supports /tmp/.+ but received provided /data/delete");
        assertThat(world.told())
                .contains(
                        "VolumeFailedRecycle: No recycler plugin found for the volume!",
                        "VolumeFailedDelete: host_path deleter only supports /tmp/.+ but received provided /data/delete");
    }

    @Test
    void aClaimWhoseVolumeIsTakenAwayIsLost() {
        World world = world(6);
        world.api.create(PersistentVolume.KIND, volume("v", "10Gi"));
        world.api.create(PersistentVolumeClaim.KIND, claim("c", "1Gi"));
        world.settle();
        world.api.delete(PersistentVolume.KIND, volumeOf(world, "v").key(), DeleteOptions.NONE);
        world.settle();
        assertThat(claimOf(world, "c").status().phase()).isEqualTo("Lost");
        assertThat(claimOf(world, "c").status().hasCapacity()).isFalse();
        assertThat(world.told())
                .containsOnlyOnce("ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!");
    }

    @Test
    void aProvisionerIsAskedAndItsVolumeIsTaken() {
        World world = world(7);
        world.api.create(PersistentVolumeClaim.KIND, claim("c", "1Gi"));
        world.settle();
        world.api.create(
                StorageClass.KIND, byDefault(storageClass("fast", "example.com/disk", "WaitForFirstConsumer")));
        world.settle();
        PersistentVolumeClaim waiting = claimOf(world, "c");
        assertThat(waiting.spec().storageClassName()).isEqualTo("fast");
        assertThat(world.told())
                .contains("WaitForFirstConsumer: waiting for first consumer to be created before binding");
        world.change(
                PersistentVolumeClaim.KIND, waiting, claim -> annotated(claim, VolumeMatch.SELECTED_NODE, "node-1"));
        world.settle();
        assertThat(claimOf(world, "c").metadata().annotations())
                .containsEntry("volume.kubernetes.io/storage-provisioner", "example.com/disk")
                .containsEntry("volume.beta.kubernetes.io/storage-provisioner", "example.com/disk");
        PersistentVolume made = ofClass(volume("pvc-1", "1Gi"), "fast");
        world.api.create(
                PersistentVolume.KIND,
                made.withMetadata(
                                made.metadata().withAnnotations(Map.of(VolumeMatch.PROVISIONED_BY, "example.com/disk")))
                        .withSpec(made.spec()
                                .withPersistentVolumeReclaimPolicy("Delete")
                                .withClaimRef(VolumeMatch.reference(claimOf(world, "c")))));
        world.settle();
        assertThat(claimOf(world, "c").status().phase()).isEqualTo("Bound");
        world.api.delete(PersistentVolumeClaim.KIND, waiting.key());
        world.settle();
        assertThat(volumeOf(world, "pvc-1").status().phase()).isEqualTo("Released");
    }

    /** Which volume each claim has for good, and which claim each volume; nothing may ever be in there twice. */
    private static void check(World world, long seed, Map<String, String> partners) {
        for (PersistentVolumeClaim claim : world.all(PersistentVolumeClaim.KIND)) {
            if (!VolumeMatch.has(claim, VolumeMatch.BIND_COMPLETED)) {
                continue;
            }
            String uid = claim.metadata().uid();
            String volume = claim.spec().volumeName();
            assertThat(partners.getOrDefault(uid, volume)).as("seed %d", seed).isEqualTo(volume);
            partners.put(uid, volume);
            assertThat(partners.getOrDefault(volume, uid)).as("seed %d", seed).isEqualTo(uid);
            partners.put(volume, uid);
            assertThat(claim.status().phase()).as("seed %d", seed).isNotEqualTo("Lost");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void eachIsBoundOnceHoweverOftenTheLoopIsStopped(long seed) {
        World world = new World(seed);
        VolumeBindingController loop = loop(world);
        world.start(loop);
        var partners = new TreeMap<String, String>();
        for (int i = 0; i < 400; i++) {
            if (i % 5 == 0) {
                attempt(() ->
                        world.api.create(PersistentVolume.KIND, volume("v" + world.runtime.newSuffix(5), "10Gi")));
                attempt(() ->
                        world.api.create(PersistentVolumeClaim.KIND, claim("c" + world.runtime.newSuffix(5), "5Gi")));
            }
            world.trouble(8);
            if (world.runtime.random().nextInt(10) == 0) {
                loop.close();
                loop = loop(world);
                loop.start();
            }
            world.runtime.advance(
                    Duration.ofMillis(world.runtime.random().nextInt(500)), () -> check(world, seed, partners));
        }
        world.calm();
        check(world, seed, partners);
        long bound = world.all(PersistentVolumeClaim.KIND).stream()
                .filter(claim -> claim.status().phase().equals("Bound"))
                .count();
        int pairs = Math.min(
                world.all(PersistentVolumeClaim.KIND).size(),
                world.all(PersistentVolume.KIND).size());
        assertThat(bound).as("seed %d", seed).isEqualTo(pairs).isGreaterThan(20);
        assertThat(world.all(PersistentVolume.KIND))
                .filteredOn(volume -> volume.spec().hasClaimRef())
                .as("seed %d", seed)
                .hasSize(pairs)
                .allMatch(volume -> volume.status().phase().equals("Bound"));
    }

    /** As a user does: what is refused is not done. */
    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (ApiException refused) {
            assertThat(refused.isRetryable() || refused.isConflict()).isTrue();
        }
    }

    @Test
    void classesOfOldKindsAreServedByTheDriverThatHasTakenThemOver() {
        World world = world(20);
        world.api.create(StorageClass.KIND, storageClass("gp2", "kubernetes.io/aws-ebs", "Immediate"));
        world.api.create(PersistentVolumeClaim.KIND, ofClass(claim("c", "5Gi"), "gp2"));
        world.settle();
        assertThat(claimOf(world, "c").metadata().annotations())
                .containsOnly(
                        Map.entry("volume.kubernetes.io/storage-provisioner", "ebs.csi.aws.com"),
                        Map.entry("volume.beta.kubernetes.io/storage-provisioner", "ebs.csi.aws.com"));
        assertThat(world.told())
                .contains("ExternalProvisioning: Waiting for a volume to be created either by the external provisioner"
                        + " 'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed,"
                        + " please verify that the provisioner is running and correctly registered.");
    }

    @Test
    void whatNamesAnOldKindSaysWhichDriverDoesItsWork() {
        World world = world(21);
        world.api.create(
                PersistentVolumeClaim.KIND,
                annotated(claim("c", "5Gi"), "volume.beta.kubernetes.io/storage-provisioner", "kubernetes.io/gce-pd"));
        world.api.create(PersistentVolume.KIND, madeBy(volume("v", "1Gi"), "kubernetes.io/cinder", "Retain"));
        PersistentVolume back = madeBy(volume("back", "1Gi"), "ebs.csi.aws.com", "Retain");
        var annotations = new TreeMap<>(back.metadata().annotations());
        annotations.put("pv.kubernetes.io/migrated-to", "ebs.csi.aws.com");
        world.api.create(
                PersistentVolume.KIND, back.withMetadata(back.metadata().withAnnotations(annotations)));
        world.settle();
        assertThat(claimOf(world, "c").metadata().annotations())
                .containsEntry("pv.kubernetes.io/migrated-to", "pd.csi.storage.gke.io");
        assertThat(volumeOf(world, "v").metadata().annotations())
                .containsEntry("pv.kubernetes.io/migrated-to", "cinder.csi.openstack.org");
        assertThat(volumeOf(world, "back").metadata().annotations()).doesNotContainKey("pv.kubernetes.io/migrated-to");
    }

    private static PersistentVolume madeBy(PersistentVolume volume, String provisioner, String policy) {
        return volume.withMetadata(volume.metadata().withAnnotations(Map.of(VolumeMatch.PROVISIONED_BY, provisioner)))
                .withSpec(volume.spec().withPersistentVolumeReclaimPolicy(policy));
    }

    @Test
    void aVolumeThatWasMadeHereIsKeptAsLongAsItsDataIsToBeDeleted() {
        World world = world(22);
        world.api.create(PersistentVolume.KIND, madeBy(volume("v", "1Gi"), "kubernetes.io/host-path", "Delete"));
        world.api.create(PersistentVolume.KIND, madeBy(volume("csi", "1Gi"), "ebs.csi.aws.com", "Delete"));
        world.api.create(PersistentVolume.KIND, madeBy(volume("moved", "1Gi"), "kubernetes.io/aws-ebs", "Delete"));
        world.settle();
        assertThat(volumeOf(world, "v").metadata().finalizers()).containsExactly("kubernetes.io/pv-controller");
        assertThat(volumeOf(world, "csi").metadata().finalizers()).isEmpty();
        assertThat(volumeOf(world, "moved").metadata().finalizers()).isEmpty();
        world.change(
                PersistentVolume.KIND,
                volumeOf(world, "v"),
                one -> one.withSpec(one.spec().withPersistentVolumeReclaimPolicy("Retain")));
        world.settle();
        assertThat(volumeOf(world, "v").metadata().finalizers()).isEmpty();
    }

    @Test
    void howLongVolumesAreWaitedForIsMeasuredFromEndToEnd() {
        World world = new World(23);
        var metrics = new MetricRegistry();
        world.start(new VolumeBindingController(world.api, world.informers, world.runtime, world.events, metrics));
        world.api.create(StorageClass.KIND, storageClass("fast", "disk.example.com", "Immediate"));
        PersistentVolumeClaim claim = world.api.create(PersistentVolumeClaim.KIND, ofClass(claim("c", "5Gi"), "fast"));
        world.runtime.advance(Duration.ofSeconds(20));
        PersistentVolume made = ofClass(madeBy(volume("v", "5Gi"), "disk.example.com", "Delete"), "fast");
        world.api.create(PersistentVolume.KIND, made.withSpec(made.spec().withClaimRef(VolumeMatch.reference(claim))));
        world.settle();
        assertThat(metrics.text())
                .contains(
                        bucket("provision", "15", 0),
                        bucket("provision", "25", 1),
                        "volume_operation_total_seconds_count{plugin_name=\"disk.example.com\",operation_name=\"provision\"} 1");
        world.api.delete(PersistentVolumeClaim.KIND, claim.key());
        world.runtime.advance(Duration.ofSeconds(2));
        world.api.delete(PersistentVolume.KIND, made.key());
        world.settle();
        assertThat(metrics.text()).contains(bucket("delete", "1", 0), bucket("delete", "2.5", 1));
    }

    private static String bucket(String operation, String bound, int count) {
        return "volume_operation_total_seconds_bucket{plugin_name=\"disk.example.com\",operation_name=\"" + operation
                + "\",le=\"" + bound + "\"} " + count + "\n";
    }
}
