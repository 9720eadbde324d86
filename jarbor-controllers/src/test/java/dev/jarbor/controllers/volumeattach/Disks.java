package dev.jarbor.controllers.volumeattach;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.volumebinding.Storage.annotated;
import static dev.jarbor.controllers.volumebinding.Storage.claim;
import static dev.jarbor.controllers.volumebinding.Storage.volume;

import dev.jarbor.api.core.v1.CSIPersistentVolumeSource;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimVolumeSource;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.VolumeMatch;
import java.util.List;
import java.util.Map;

/** Volumes of a CSI driver, with their claims, nodes and pods. */
final class Disks {
    static final String DRIVER = "disk.example.com";

    private Disks() {}

    /** A claim that is bound to the volume of its name. */
    static PersistentVolumeClaim bound(String name, String... modes) {
        PersistentVolumeClaim claim = annotated(claim(name, "1Gi", modes), VolumeMatch.BIND_COMPLETED, "yes");
        return claim.withSpec(claim.spec().withVolumeName(name));
    }

    /** The volume of {@code claim}. */
    static PersistentVolume disk(PersistentVolumeClaim claim) {
        PersistentVolume volume =
                volume(claim.name(), "1Gi", claim.spec().accessModes().toArray(new String[0]));
        return volume.withSpec(volume.spec()
                .withoutHostPath()
                .withClaimRef(VolumeMatch.reference(claim))
                .withCsi(CSIPersistentVolumeSource.EMPTY.withDriver(DRIVER).withVolumeHandle("h-" + claim.name())));
    }

    /** What a node's status says of the volume {@code name}. */
    static String inStatus(String name) {
        return "kubernetes.io/csi/" + DRIVER + "^h-" + name;
    }

    static Node node(String name) {
        Node node = Node.named(name);
        return ready(
                node.withMetadata(node.metadata()
                                .withAnnotations(
                                        Map.of("volumes.kubernetes.io/controller-managed-attach-detach", "true")))
                        .withStatus(NodeStatus.EMPTY),
                "True");
    }

    static Node ready(Node node, String status) {
        return node.withStatus(node.status()
                .withConditions(List.of(NodeCondition.EMPTY.withType("Ready").withStatus(status))));
    }

    static Node inUse(Node node, String... volumes) {
        return node.withStatus(node.status()
                .withVolumesInUse(List.of(volumes).stream().map(Disks::inStatus).toList()));
    }

    static Node outOfService(Node node) {
        return node.withSpec(node.spec()
                .withTaints(List.of(
                        Taint.EMPTY.withKey("node.kubernetes.io/out-of-service").withEffect("NoExecute"))));
    }

    static Pod pod(String name, String node, String claim) {
        return Pod.named(NAMESPACE, name)
                .withSpec(PodSpec.EMPTY
                        .withNodeName(node)
                        .withVolumes(List.of(Volume.EMPTY
                                .withName("data")
                                .withPersistentVolumeClaim(
                                        PersistentVolumeClaimVolumeSource.EMPTY.withClaimName(claim)))))
                .withStatus(PodStatus.EMPTY.withPhase("Running"));
    }
}
