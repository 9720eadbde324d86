package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.CSIPersistentVolumeSource;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimSpec;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.CSINode;
import dev.jarbor.api.storage.v1.CSINodeDriver;
import dev.jarbor.api.storage.v1.CSINodeSpec;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentSource;
import dev.jarbor.api.storage.v1.VolumeAttachmentSpec;
import dev.jarbor.api.storage.v1.VolumeNodeResources;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.fake.FakeApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One node, whose driver can attach two volumes. */
class VolumeLimitsTest {
    private static final String DRIVER = "disk.example.com";
    private static final String FULL =
            "0/1 nodes are available: 1 node(s) exceed max volume count. preemption: 0/1 nodes"
                    + " are available: 1 No preemption victims found for incoming pod.";

    private final SchedulerWorld world = new SchedulerWorld(1, "n1");
    private final FakeApi api = world.api;

    VolumeLimitsTest() {
        limit(2);
    }

    private void limit(int count) {
        api.put(
                CSINode.KIND,
                CSINode.named("n1")
                        .withSpec(CSINodeSpec.EMPTY.withDrivers(List.of(CSINodeDriver.EMPTY
                                .withName(DRIVER)
                                .withNodeID("n1")
                                .withAllocatable(VolumeNodeResources.EMPTY.withCount(count))))));
        world.settle();
    }

    private void claim(String name, String driver, String mode) {
        PersistentVolumeClaim claim = PersistentVolumeClaim.named("default", name);
        claim = api.put(
                PersistentVolumeClaim.KIND,
                claim.withMetadata(claim.metadata().withAnnotations(Map.of(VolumeMatch.BIND_COMPLETED, "yes")))
                        .withSpec(PersistentVolumeClaimSpec.EMPTY
                                .withAccessModes(List.of(mode))
                                .withVolumeName(name)));
        api.put(
                PersistentVolume.KIND,
                PersistentVolume.named(name)
                        .withSpec(PersistentVolumeSpec.EMPTY
                                .withCapacity(Map.of("storage", Quantity.parse("1Gi")))
                                .withAccessModes(List.of(mode))
                                .withClaimRef(VolumeMatch.reference(claim))
                                .withCsi(CSIPersistentVolumeSource.EMPTY
                                        .withDriver(driver)
                                        .withVolumeHandle(name))));
    }

    private Pod using(String name, String... claims) {
        Pod made = api.create(Pod.KIND, SchedulerWorld.using(pod(name, "100m"), claims));
        world.settle();
        return made;
    }

    @Test
    void aNodeTakesAsManyVolumesAsItsDriverCanAttachEachCountedOnce() {
        for (String name : List.of("a", "b", "c")) {
            claim(name, DRIVER, "ReadWriteOnce");
        }
        claim("other", "other.example.com", "ReadWriteOnce");
        Pod first = using("first", "a", "b");
        using("second", "a", "other");
        assertThat(world.nodeOf("first")).isEqualTo("n1");
        assertThat(world.nodeOf("second")).isEqualTo("n1");
        using("third", "c");
        assertThat(world.nodeOf("third")).isEmpty();
        assertThat(world.told()).contains(FULL);
        api.delete(Pod.KIND, first.key(), DeleteOptions.NONE.grace(0));
        world.settle();
        assertThat(world.nodeOf("third")).isEqualTo("n1");
    }

    @Test
    void aHigherLimitIsHeardOf() {
        for (String name : List.of("a", "b", "c")) {
            claim(name, DRIVER, "ReadWriteOnce");
        }
        using("pod", "a", "b", "c");
        assertThat(world.nodeOf("pod")).isEmpty();
        limit(3);
        assertThat(world.nodeOf("pod")).isEqualTo("n1");
    }

    @Test
    void volumesThatAreStillAttachedCountThoughNoPodUsesThem() {
        for (String name : List.of("a", "b")) {
            claim(name, DRIVER, "ReadWriteOnce");
        }
        claim("old", DRIVER, "ReadWriteOnce");
        VolumeAttachment attachment = api.put(
                VolumeAttachment.KIND,
                VolumeAttachment.named("csi-old")
                        .withSpec(VolumeAttachmentSpec.EMPTY
                                .withAttacher(DRIVER)
                                .withNodeName("n1")
                                .withSource(VolumeAttachmentSource.EMPTY.withPersistentVolumeName("old"))));
        using("pod", "a", "b");
        assertThat(world.nodeOf("pod")).isEmpty();
        api.delete(VolumeAttachment.KIND, attachment.key());
        world.settle();
        assertThat(world.nodeOf("pod")).isEqualTo("n1");
    }

    @Test
    void aClaimForOnePodIsUsedByOneAtATime() {
        claim("single", DRIVER, "ReadWriteOncePod");
        Pod first = using("first", "single");
        using("second", "single");
        assertThat(world.nodeOf("first")).isEqualTo("n1");
        assertThat(world.nodeOf("second")).isEmpty();
        assertThat(world.told())
                .contains("0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and"
                        + " ReadWriteOncePod access mode. preemption: 0/1 nodes are available: 1 No preemption victims"
                        + " found for incoming pod.");
        api.delete(Pod.KIND, first.key(), DeleteOptions.NONE.grace(0));
        world.settle();
        assertThat(world.nodeOf("second")).isEqualTo("n1");
    }
}
