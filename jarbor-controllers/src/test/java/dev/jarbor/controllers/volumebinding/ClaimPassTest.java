package dev.jarbor.controllers.volumebinding;

import static dev.jarbor.controllers.volumebinding.Storage.annotated;
import static dev.jarbor.controllers.volumebinding.Storage.byDefault;
import static dev.jarbor.controllers.volumebinding.Storage.claim;
import static dev.jarbor.controllers.volumebinding.Storage.ofClass;
import static dev.jarbor.controllers.volumebinding.Storage.phase;
import static dev.jarbor.controllers.volumebinding.Storage.storageClass;
import static dev.jarbor.controllers.volumebinding.Storage.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClaimPassTest {
    private static final String LATER = "WaitForFirstConsumer";

    private static PersistentVolumeClaim known(PersistentVolumeClaim claim) {
        return claim.withMetadata(claim.metadata().withUid("uid-" + claim.name()));
    }

    private static String decide(PersistentVolumeClaim claim, List<StorageClass> classes, PersistentVolume... volumes) {
        List<PersistentVolume> available =
                Stream.of(volumes).map(volume -> phase(volume, "Available")).toList();
        return switch (new ClaimPass(known(claim), available, classes, List.of()).decide()) {
            case ClaimStep.Bind(PersistentVolume volume) -> volume.name();
            case ClaimStep.Wait(List<Note> notes) ->
                notes.isEmpty()
                        ? "wait"
                        : notes.getFirst().reason() + ": " + notes.getFirst().message();
            case ClaimStep.Provision(String provisioner) -> "provision by " + provisioner;
            case ClaimStep.Adopt(String name) -> "adopt " + name;
            case ClaimStep.Lose(Note note) -> note.reason();
        };
    }

    private static String decide(PersistentVolumeClaim claim, PersistentVolume... volumes) {
        return decide(claim, List.of(), volumes);
    }

    private static final String NONE =
            "FailedBinding: no persistent volumes available for this claim and no storage class is set";

    @Test
    void theSmallestVolumeThatIsLargeEnoughIsTaken() {
        assertThat(decide(claim("c", "5Gi"), volume("a", "20Gi"), volume("b", "6Gi"), volume("d", "4Gi")))
                .isEqualTo("b");
        assertThat(decide(claim("c", "50Gi"), volume("a", "20Gi"))).isEqualTo(NONE);
    }

    @Test
    void aVolumeOffersAllModesThatAreAskedForAndFewOthers() {
        assertThat(decide(
                        claim("c", "1Gi", "ReadWriteOnce"),
                        volume("many", "1Gi", "ReadWriteOnce", "ReadWriteMany"),
                        volume("once", "9Gi", "ReadWriteOnce")))
                .isEqualTo("once");
        assertThat(decide(claim("c", "1Gi", "ReadWriteMany"), volume("once", "9Gi", "ReadWriteOnce")))
                .isEqualTo(NONE);
    }

    @Test
    void classModeAndLabelsHaveToMatch() {
        PersistentVolumeClaim fast = ofClass(claim("c", "1Gi"), "fast");
        List<StorageClass> byHand = List.of(storageClass("fast", VolumeMatch.NO_PROVISIONER, "Immediate"));
        assertThat(decide(fast, byHand, volume("a", "1Gi"), ofClass(volume("b", "1Gi"), "fast")))
                .isEqualTo("b");
        PersistentVolume block = volume("block", "1Gi");
        assertThat(decide(claim("c", "1Gi"), block.withSpec(block.spec().withVolumeMode("Block"))))
                .isEqualTo(NONE);
        PersistentVolumeClaim choosy = claim("c", "1Gi");
        choosy =
                choosy.withSpec(choosy.spec().withSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("disk", "ssd"))));
        PersistentVolume ssd = volume("z", "9Gi");
        ssd = ssd.withMetadata(ssd.metadata().withLabels(Map.of("disk", "ssd")));
        assertThat(decide(choosy, volume("a", "1Gi"), ssd)).isEqualTo("z");
    }

    @Test
    void aReservedVolumeGoesFirstAndOnlyToItsClaim() {
        PersistentVolume reserved = volume("z", "9Gi");
        reserved = reserved.withSpec(reserved.spec()
                .withClaimRef(ObjectReference.EMPTY.withNamespace("shop").withName("c")));
        assertThat(decide(claim("c", "1Gi"), volume("a", "1Gi"), reserved)).isEqualTo("z");
        assertThat(decide(claim("d", "1Gi"), reserved)).isEqualTo(NONE);
    }

    @Test
    void aClaimThatNamesItsVolumeGetsThatOrNone() {
        PersistentVolumeClaim named = claim("c", "2Gi");
        named = named.withSpec(named.spec().withVolumeName("v"));
        assertThat(decide(named)).isEqualTo("wait");
        assertThat(decide(named, volume("v", "2Gi"))).isEqualTo("v");
        assertThat(decide(named, volume("v", "1Gi")))
                .isEqualTo("VolumeMismatch: Cannot bind to requested volume \"v\": requested PV is too small");
        assertThat(decide(named, ofClass(volume("v", "2Gi"), "fast")))
                .isEqualTo("VolumeMismatch: Cannot bind to requested volume \"v\": storageClassName does not match");
        assertThat(decide(named, volume("v", "2Gi", "ReadOnlyMany")))
                .isEqualTo("VolumeMismatch: Cannot bind to requested volume \"v\": incompatible accessMode");
        PersistentVolume taken = volume("v", "2Gi");
        taken = taken.withSpec(taken.spec()
                .withClaimRef(ObjectReference.EMPTY.withNamespace("shop").withName("other")));
        assertThat(decide(named, taken)).isEqualTo("FailedBinding: volume \"v\" already bound to a different claim.");
    }

    @Test
    void aClassSaysWhoMakesVolumesAndWhen() {
        PersistentVolumeClaim claim = ofClass(claim("c", "1Gi"), "fast");
        assertThat(decide(claim)).isEqualTo("ProvisioningFailed: storageclass.storage.k8s.io \"fast\" not found");
        assertThat(decide(claim, List.of(storageClass("fast", "example.com/disk", "Immediate"))))
                .isEqualTo("provision by example.com/disk");
        assertThat(decide(claim, List.of(storageClass("fast", VolumeMatch.NO_PROVISIONER, "Immediate"))))
                .isEqualTo("ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner");
        List<StorageClass> later = List.of(storageClass("fast", "example.com/disk", LATER));
        assertThat(decide(claim, later, ofClass(volume("a", "1Gi"), "fast")))
                .isEqualTo("WaitForFirstConsumer: waiting for first consumer to be created before binding");
        assertThat(decide(annotated(claim, VolumeMatch.SELECTED_NODE, "node-1"), later))
                .isEqualTo("provision by example.com/disk");
        ClaimPass two = new ClaimPass(claim, List.of(), later, List.of("a", "b"));
        assertThat(two.decide())
                .isEqualTo(new ClaimStep.Wait(
                        List.of(Note.normal("WaitForPodScheduled", "waiting for pods a,b to be scheduled"))));
    }

    @Test
    void aClaimThatNamesNoClassGetsTheDefaultOneLateToo() {
        List<StorageClass> classes = List.of(
                storageClass("slow", "example.com/tape", "Immediate"),
                byDefault(storageClass("fast", "example.com/disk", "Immediate")));
        assertThat(decide(claim("c", "1Gi"), classes)).isEqualTo("adopt fast");
        assertThat(decide(claim("c", "1Gi"), classes, volume("a", "1Gi"))).isEqualTo("a");
        assertThat(decide(ofClass(claim("c", "1Gi"), ""), classes)).isEqualTo(NONE);
    }

    @Test
    void aBoundClaimIsNeverBoundAgain() {
        PersistentVolumeClaim bound = annotated(claim("c", "1Gi"), VolumeMatch.BIND_COMPLETED, "yes");
        assertThat(decide(bound, volume("a", "1Gi"))).isEqualTo("ClaimLost");
        PersistentVolumeClaim named = bound.withSpec(bound.spec().withVolumeName("v"));
        assertThat(decide(named)).isEqualTo("ClaimLost");
        assertThat(decide(named, volume("v", "1Gi"))).isEqualTo("v");
        PersistentVolume others = volume("v", "1Gi");
        others = others.withSpec(others.spec()
                .withClaimRef(ObjectReference.EMPTY
                        .withNamespace("shop")
                        .withName("c")
                        .withUid("another")));
        assertThat(decide(named, others)).isEqualTo("ClaimMisbound");
    }
}
