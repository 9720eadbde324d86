package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimSpec;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.TopologySelectorLabelRequirement;
import dev.jarbor.api.core.v1.TopologySelectorTerm;
import dev.jarbor.api.core.v1.VolumeNodeAffinity;
import dev.jarbor.api.core.v1.VolumeResourceRequirements;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.fake.FakeApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pods go where their volumes are, or can be made. */
class VolumeSchedulingTest {
    private static final String LATER = "WaitForFirstConsumer";

    private final SchedulerWorld world = new SchedulerWorld(1, "n1", "n2", "n3");
    private final FakeApi api = world.api;

    private static Pod using(String name, String... claims) {
        return SchedulerWorld.using(pod(name, "100m"), claims);
    }

    private void storageClass(String name, String provisioner, String mode) {
        api.put(
                StorageClass.KIND,
                StorageClass.named(name).withProvisioner(provisioner).withVolumeBindingMode(mode));
    }

    private PersistentVolumeClaim claim(String name, String size) {
        return api.create(
                PersistentVolumeClaim.KIND,
                PersistentVolumeClaim.named("default", name)
                        .withSpec(PersistentVolumeClaimSpec.EMPTY
                                .withStorageClassName("disk")
                                .withAccessModes(List.of("ReadWriteOnce"))
                                .withResources(VolumeResourceRequirements.EMPTY.withRequests(
                                        Map.of("storage", Quantity.parse(size))))));
    }

    private PersistentVolume volume(String name, String node, String size) {
        NodeSelectorTerm there = NodeSelectorTerm.EMPTY.withMatchExpressions(List.of(NodeSelectorRequirement.EMPTY
                .withKey("kubernetes.io/hostname")
                .withOperator("In")
                .withValues(List.of(node))));
        PersistentVolume volume = PersistentVolume.named(name)
                .withSpec(PersistentVolumeSpec.EMPTY
                        .withStorageClassName("disk")
                        .withCapacity(Map.of("storage", Quantity.parse(size)))
                        .withAccessModes(List.of("ReadWriteOnce"))
                        .withNodeAffinity(VolumeNodeAffinity.EMPTY.withRequired(
                                NodeSelector.EMPTY.withNodeSelectorTerms(List.of(there)))));
        return api.put(PersistentVolume.KIND, volume.withStatus(volume.status().withPhase("Available")));
    }

    /** What the binder does. */
    private void bind(String claim, String volume) {
        PersistentVolumeClaim present = api.get(PersistentVolumeClaim.KIND, new ObjectKey("default", claim));
        var annotations = new TreeMap<>(present.metadata().annotations());
        annotations.put(VolumeMatch.BIND_COMPLETED, "yes");
        api.put(
                PersistentVolumeClaim.KIND,
                present.withMetadata(present.metadata().withAnnotations(annotations))
                        .withSpec(present.spec().withVolumeName(volume)));
    }

    private String selected(String claim) {
        return api.get(PersistentVolumeClaim.KIND, new ObjectKey("default", claim))
                .metadata()
                .annotations()
                .getOrDefault(VolumeMatch.SELECTED_NODE, "");
    }

    private static String nowhere(String reason) {
        return "0/3 nodes are available: " + reason
                + ". preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
    }

    @Test
    void aPodWaitsForClaimsThatAreMissingOrNotBound() {
        api.create(Pod.KIND, using("web", "data"));
        world.settle();
        assertThat(world.told()).contains(nowhere("persistentvolumeclaim \"data\" not found"));
        storageClass("disk", "example.com/disk", "Immediate");
        claim("data", "1Gi");
        world.settle();
        assertThat(world.told()).contains(nowhere("pod has unbound immediate PersistentVolumeClaims"));
        volume("v", "n2", "1Gi");
        bind("data", "v");
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n2");
    }

    @Test
    void aPodGoesWhereItsBoundVolumeIs() {
        claim("data", "1Gi");
        volume("v", "n9", "1Gi");
        bind("data", "v");
        api.create(Pod.KIND, using("web", "data"));
        world.settle();
        assertThat(world.told()).contains(nowhere("3 node(s) didn't match PersistentVolume's node affinity"));
        api.put(Node.KIND, node("n9", "4", "4Gi"));
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n9");
    }

    @Test
    void volumesThatAreThereAreReservedOnOneNodeBeforeThePodIsBound() {
        storageClass("disk", VolumeMatch.NO_PROVISIONER, LATER);
        PersistentVolumeClaim small = claim("small", "1Gi");
        PersistentVolumeClaim large = claim("large", "9Gi");
        volume("a1", "n1", "10Gi");
        volume("b1", "n2", "2Gi");
        volume("b2", "n2", "10Gi");
        volume("c1", "n3", "2Gi");
        api.create(Pod.KIND, using("web", "large", "small"));
        world.settle();
        assertThat(world.nodeOf("web")).isEmpty();
        assertThat(api.get(PersistentVolume.KIND, ObjectKey.cluster("b1"))
                        .spec()
                        .claimRef()
                        .uid())
                .isEqualTo(small.metadata().uid());
        PersistentVolume reserved = api.get(PersistentVolume.KIND, ObjectKey.cluster("b2"));
        assertThat(reserved.spec().claimRef().uid()).isEqualTo(large.metadata().uid());
        assertThat(reserved.metadata().annotations()).containsEntry(VolumeMatch.BOUND_BY_CONTROLLER, "yes");
        bind("small", "b1");
        world.settle();
        assertThat(world.nodeOf("web")).isEmpty();
        bind("large", "b2");
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n2");
    }

    @Test
    void noVolumeIsPromisedToTwoPods() {
        storageClass("disk", VolumeMatch.NO_PROVISIONER, LATER);
        volume("only", "n1", "1Gi");
        claim("one", "1Gi");
        claim("two", "1Gi");
        api.create(Pod.KIND, using("first", "one"));
        api.create(Pod.KIND, using("second", "two"));
        world.settle();
        assertThat(api.get(PersistentVolume.KIND, ObjectKey.cluster("only"))
                        .spec()
                        .claimRef()
                        .name())
                .isEqualTo("one");
        assertThat(world.told()).contains(nowhere("3 node(s) didn't find available persistent volumes to bind"));
    }

    @Test
    void aClaimIsToldOfItsNodeAndThePodWaitsForTheVolume() {
        storageClass("disk", "example.com/disk", LATER);
        claim("data", "1Gi");
        api.create(Pod.KIND, using("web", "data"));
        world.settle();
        String node = selected("data");
        assertThat(node).isIn("n1", "n2", "n3");
        assertThat(world.nodeOf("web")).isEmpty();
        volume("pvc-1", node, "1Gi");
        bind("data", "pvc-1");
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo(node);
    }

    @Test
    void whereTheProvisionerGivesUpThePodIsTriedElsewhere() {
        storageClass("disk", "example.com/disk", LATER);
        claim("data", "1Gi");
        api.create(Pod.KIND, using("web", "data"));
        world.settle();
        PersistentVolumeClaim told = api.get(PersistentVolumeClaim.KIND, new ObjectKey("default", "data"));
        api.put(PersistentVolumeClaim.KIND, told.withMetadata(told.metadata().withoutAnnotations()));
        world.settle();
        assertThat(world.told())
                .contains("running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC"
                        + " \"data\"");
        assertThat(selected("data")).isNotEmpty();
    }

    @Test
    void aPodWaitsTenMinutesForItsVolumeAndIsThenTriedAgain() {
        storageClass("disk", "example.com/disk", LATER);
        claim("data", "1Gi");
        api.create(Pod.KIND, using("web", "data"));
        world.runtime.advance(Duration.ofMinutes(11));
        assertThat(world.told())
                .contains("running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded");
        volume("pvc-1", selected("data"), "1Gi");
        bind("data", "pvc-1");
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo(selected("data"));
    }

    @Test
    void aClassMayAllowSomeNodesOnly() {
        StorageClass somewhere = StorageClass.named("disk")
                .withProvisioner("example.com/disk")
                .withVolumeBindingMode(LATER)
                .withAllowedTopologies(List.of(TopologySelectorTerm.EMPTY.withMatchLabelExpressions(
                        List.of(TopologySelectorLabelRequirement.EMPTY
                                .withKey("kubernetes.io/hostname")
                                .withValues(List.of("n3"))))));
        api.put(StorageClass.KIND, somewhere);
        claim("data", "1Gi");
        api.create(Pod.KIND, using("web", "data"));
        world.settle();
        assertThat(selected("data")).isEqualTo("n3");
    }
}
