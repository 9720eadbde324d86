package dev.jarbor.controllers.volumeexpand;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.volumebinding.Storage.claim;
import static dev.jarbor.controllers.volumebinding.Storage.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.AWSElasticBlockStoreVolumeSource;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.VolumeResourceRequirements;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.controllers.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpandControllerTest {
    private static final String WAITING = "ExternalExpanding: waiting for an external controller to expand this PVC";

    private static World world() {
        World world = new World(1);
        return world.start(new ExpandController(world.api, world.informers, world.runtime, world.events));
    }

    private static PersistentVolumeClaim bound(World world, String phase) {
        PersistentVolumeClaim made = world.api.put(PersistentVolumeClaim.KIND, claim("data", "1Gi"));
        PersistentVolume volume = volume("v", "1Gi");
        world.api.put(PersistentVolume.KIND, volume.withSpec(volume.spec().withClaimRef(VolumeMatch.reference(made))));
        return world.api.put(
                PersistentVolumeClaim.KIND,
                made.withSpec(made.spec().withVolumeName("v"))
                        .withStatus(
                                made.status().withPhase(phase).withCapacity(Map.of("storage", Quantity.parse("1Gi")))));
    }

    private static PersistentVolumeClaim asking(PersistentVolumeClaim claim, String size) {
        return claim.withSpec(claim.spec()
                .withResources(VolumeResourceRequirements.EMPTY.withRequests(Map.of("storage", Quantity.parse(size)))));
    }

    private static void ask(World world, String size) {
        world.change(
                PersistentVolumeClaim.KIND,
                world.the(PersistentVolumeClaim.KIND, NAMESPACE, "data"),
                claim -> asking(claim, size));
        world.settle();
    }

    private static List<Integer> counts(World world) {
        return world.all(Event.KIND).stream().map(Event::count).toList();
    }

    @Test
    void theOwnerOfAClaimThatGrowsIsToldWhoIsWaitedForAndOfNothingElse() {
        World world = world();
        bound(world, "Bound");
        world.settle();
        assertThat(world.told()).isEmpty();
        ask(world, "2Gi");
        assertThat(world.told()).containsExactly(WAITING);
        PersistentVolumeClaim claim = world.the(PersistentVolumeClaim.KIND, NAMESPACE, "data");
        world.api.put(
                PersistentVolumeClaim.KIND, claim.withMetadata(claim.metadata().withLabels(Map.of("a", "b"))));
        world.settle();
        assertThat(counts(world)).containsExactly(1);
        ask(world, "3Gi");
        assertThat(counts(world)).containsExactly(2);
    }

    @Test
    void aClaimThatIsNotBoundIsLeftAlone() {
        World world = world();
        bound(world, "Pending");
        ask(world, "2Gi");
        assertThat(world.told()).isEmpty();
    }

    @Test
    void theDriverThatHasTakenOverAnOldKindIsNamedForItsResizer() {
        World world = world();
        bound(world, "Bound");
        world.change(
                PersistentVolume.KIND,
                volume("v", "1Gi"),
                volume -> volume.withSpec(volume.spec()
                        .withoutCsi()
                        .withAwsElasticBlockStore(AWSElasticBlockStoreVolumeSource.EMPTY.withVolumeID("vol-1"))));
        ask(world, "2Gi");
        assertThat(world.told())
                .containsExactly("ExternalExpanding: CSI migration enabled for kubernetes.io/aws-ebs; waiting for"
                        + " external resizer to expand the pvc");
        assertThat(world.the(PersistentVolumeClaim.KIND, NAMESPACE, "data")
                        .metadata()
                        .annotations())
                .containsEntry("volume.kubernetes.io/storage-resizer", "ebs.csi.aws.com");
    }
}
