package dev.jarbor.controllers.volumeattach;

import static dev.jarbor.controllers.volumeattach.Disks.bound;
import static dev.jarbor.controllers.volumeattach.Disks.disk;
import static dev.jarbor.controllers.volumeattach.Disks.inStatus;
import static dev.jarbor.controllers.volumeattach.Disks.inUse;
import static dev.jarbor.controllers.volumeattach.Disks.node;
import static dev.jarbor.controllers.volumeattach.Disks.outOfService;
import static dev.jarbor.controllers.volumeattach.Disks.pod;
import static dev.jarbor.controllers.volumeattach.Disks.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.AttachedVolume;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentStatus;
import dev.jarbor.api.storage.v1.VolumeError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is decided of one volume {@code d} on the node {@code n1}. */
class AttachPassTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final PersistentVolume DISK = disk(bound("d"));

    private Optional<Node> node = Optional.of(node("n1"));
    private final TreeMap<String, AttachPass.Use> wanted = new TreeMap<>();
    private final TreeMap<String, Attachment> present = new TreeMap<>();
    private final TreeMap<String, List<Pod>> elsewhere = new TreeMap<>();
    private AttachMemory memory = AttachMemory.NONE;

    private AttachPass.Plan plan(Instant now) {
        AttachPass.Plan plan = new AttachPass(node, wanted, present, elsewhere, memory, now).plan();
        memory = plan.memory();
        return plan;
    }

    private AttachPass.Plan plan() {
        return plan(NOW);
    }

    private void want(Pod... pods) {
        wanted.put("d", new AttachPass.Use(DISK, List.of(pods)));
    }

    private VolumeAttachment have(VolumeAttachmentStatus status) {
        VolumeAttachment one = Attachment.of(DISK, "n1");
        one = one.withMetadata(one.metadata().withCreationTimestamp(NOW)).withStatus(status);
        present.put("d", new Attachment(DISK, one));
        return one;
    }

    private static VolumeAttachmentStatus attached() {
        return VolumeAttachmentStatus.EMPTY.withAttached(true);
    }

    private static List<String> told(AttachPass.Plan plan) {
        return plan.told().stream()
                .map(one -> one.pod().name() + " " + one.reason() + ": " + one.message())
                .toList();
    }

    @Test
    void theNameOfAnAttachmentFollowsFromVolumeDriverAndNode() {
        // What `echo -n h-ddisk.example.comn1 | sha256sum` says.
        assertThat(Attachment.name(DISK, "n1"))
                .isEqualTo("csi-99736e0d23d49e53696ce0b1826f4c95935a7db577b68a431fa5f967ea96910a");
    }

    @Test
    void whatAPodUsesIsAttachedAndThenSaidSoOnce() {
        want(pod("db", "n1", "d"));
        assertThat(plan().attach()).containsExactly(DISK);
        have(VolumeAttachmentStatus.EMPTY);
        assertThat(plan().attach()).isEmpty();
        assertThat(plan().report()).isEmpty();
        have(attached());
        AttachPass.Plan plan = plan();
        assertThat(plan.report()).extracting(AttachedVolume::name).containsExactly(inStatus("d"));
        assertThat(told(plan))
                .containsExactly("db SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume \"d\" ");
        assertThat(told(plan())).isEmpty();
        memory = AttachMemory.NONE;
        node = node.map(one -> one.withStatus(one.status().withVolumesAttached(plan.report())));
        assertThat(told(plan())).isEmpty();
    }

    @Test
    void aDriverThatFailsOrTakesTooLongIsToldOfOnce() {
        want(pod("db", "n1", "d"));
        have(VolumeAttachmentStatus.EMPTY.withAttachError(VolumeError.EMPTY.withMessage("no such disk")));
        assertThat(told(plan()))
                .containsExactly("db FailedAttachVolume: AttachVolume.Attach failed for volume \"d\" : no such disk");
        assertThat(told(plan())).isEmpty();
        have(VolumeAttachmentStatus.EMPTY);
        assertThat(plan(NOW.plusSeconds(30)).again()).isEqualTo(Duration.ofSeconds(90));
        assertThat(told(plan(NOW.plusSeconds(120))))
                .containsExactly("db FailedAttachVolume: AttachVolume.Attach failed for volume \"d\" : timed out"
                        + " waiting for external-attacher of disk.example.com CSI driver to attach volume h-d");
    }

    @Test
    void anExclusiveVolumeThatIsElsewhereIsRefusedAndThoseWhoHaveItAreNamedWithinTheNamespace() {
        want(pod("two", "n1", "d"));
        elsewhere.put("d", List.of());
        String start = "two FailedAttachVolume: Multi-Attach error for volume \"d\" Volume is already ";
        AttachPass.Plan plan = plan();
        assertThat(plan.attach()).isEmpty();
        assertThat(told(plan))
                .containsExactly(start + "exclusively attached to one node and can't be attached to another");
        Pod near = pod("one", "n2", "d");
        elsewhere.put("d", List.of(near));
        assertThat(told(plan())).containsExactly(start + "used by pod(s) one");
        Pod far = near.withMetadata(near.metadata().withNamespace("elsewhere"));
        elsewhere.put("d", List.of(near, far));
        assertThat(told(plan())).containsExactly(start + "used by pod(s) one and 1 pod(s) in different namespaces");
        elsewhere.put("d", List.of(far));
        assertThat(told(plan())).containsExactly(start + "used by 1 pod(s) in different namespaces");
        assertThat(told(plan())).isEmpty();
    }

    @Test
    void aVolumeForManyNodesIsAttachedThoughItIsElsewhere() {
        PersistentVolume shared = disk(bound("d", "ReadWriteMany"));
        wanted.put("d", new AttachPass.Use(shared, List.of(pod("two", "n1", "d"))));
        elsewhere.put("d", List.of(pod("one", "n2", "d")));
        assertThat(plan().attach()).containsExactly(shared);
    }

    @Test
    void whatNoPodUsesIsDetachedOnceItIsUnmounted() {
        VolumeAttachment there = have(attached());
        node = node.map(one -> inUse(one, "d"));
        AttachPass.Plan plan = plan();
        assertThat(plan.detach()).isEmpty();
        assertThat(plan.report()).hasSize(1);
        assertThat(plan(NOW.plus(Duration.ofHours(1))).detach()).isEmpty();
        node = Optional.of(node("n1"));
        plan = plan();
        assertThat(plan.detach()).containsExactly(there);
        assertThat(plan.report()).isEmpty();
    }

    @Test
    void anUnhealthyNodeIsWaitedForSixMinutes() {
        VolumeAttachment there = have(attached());
        node = node.map(one -> ready(inUse(one, "d"), "Unknown"));
        assertThat(plan().again()).isEqualTo(Duration.ofMinutes(6));
        assertThat(plan(NOW.plusSeconds(359)).detach()).isEmpty();
        assertThat(plan(NOW.plusSeconds(360)).detach()).containsExactly(there);
    }

    @Test
    void aNodeThatIsGoneIsWaitedForAsLong() {
        VolumeAttachment there = have(attached());
        node = Optional.empty();
        assertThat(plan().detach()).isEmpty();
        assertThat(plan(NOW.plusSeconds(360)).detach()).containsExactly(there);
    }

    @Test
    void aNodeOutOfServiceIsNotWaitedFor() {
        VolumeAttachment there = have(attached());
        node = node.map(one -> outOfService(ready(inUse(one, "d"), "Unknown")));
        assertThat(plan().detach()).containsExactly(there);
    }

    @Test
    void theWaitBeginsAnewWhenAPodUsesTheVolumeInBetween() {
        have(attached());
        node = node.map(one -> ready(inUse(one, "d"), "Unknown"));
        plan();
        want(pod("db", "n1", "d"));
        plan(NOW.plusSeconds(300));
        wanted.clear();
        assertThat(plan(NOW.plusSeconds(370)).detach()).isEmpty();
    }

    @Test
    void whatIsGoingIsNotReportedAndNotAskedForAgain() {
        VolumeAttachment one = have(attached());
        present.put("d", new Attachment(DISK, one.withMetadata(one.metadata().withDeletionTimestamp(NOW))));
        want(pod("db", "n1", "d"));
        AttachPass.Plan plan = plan();
        assertThat(plan.report()).isEmpty();
        assertThat(plan.attach()).isEmpty();
        assertThat(plan.detach()).isEmpty();
    }

    @Test
    void nothingIsRememberedOfANodeWithoutVolumes() {
        have(attached());
        want(pod("db", "n1", "d"));
        assertThat(plan().memory().isEmpty()).isFalse();
        wanted.clear();
        present.clear();
        assertThat(plan().memory().isEmpty()).isTrue();
    }
}
