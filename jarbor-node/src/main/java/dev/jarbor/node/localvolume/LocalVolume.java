package dev.jarbor.node.localvolume;

import dev.jarbor.api.core.v1.LocalVolumeSource;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.VolumeNodeAffinity;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The volume that a claim gets on a node. It is as large as was asked for in name only: a folder has no bounds.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#local">local volumes</a>
 */
final class LocalVolume {
    /** Keeps a volume until its folder is gone; the name is that of the reference's provisioners. */
    static final String FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final List<String> MODES = List.of("ReadWriteOnce", "ReadWriteOncePod");

    private LocalVolume() {}

    static String name(PersistentVolumeClaim claim) {
        return "pvc-" + claim.metadata().uid();
    }

    /** The name of its folder, by which people find what they look for. */
    static String folder(PersistentVolumeClaim claim) {
        return name(claim) + "_" + claim.namespace() + "_" + claim.name();
    }

    /** Why a folder cannot be what the claim asks for; empty where it can. */
    static Optional<String> refusal(PersistentVolumeClaim claim) {
        if (claim.spec().volumeMode().equals("Block")) {
            return Optional.of("volumes in folders of a node cannot be block devices (volumeMode: Block)");
        }
        if (claim.spec().hasSelector()) {
            return Optional.of("claim.Spec.Selector is not supported");
        }
        if (claim.spec().hasDataSource() || claim.spec().hasDataSourceRef()) {
            return Optional.of("claim.Spec.DataSource is not supported");
        }
        return MODES.containsAll(claim.spec().accessModes())
                ? Optional.empty()
                : Optional.of("a folder of one node only supports " + String.join(" and ", MODES) + " access modes");
    }

    /** @param hostname what the node's label of that name says */
    static PersistentVolume of(PersistentVolumeClaim claim, StorageClass storageClass, String hostname, String path) {
        NodeSelectorTerm there = NodeSelectorTerm.EMPTY.withMatchExpressions(List.of(NodeSelectorRequirement.EMPTY
                .withKey(HOSTNAME)
                .withOperator("In")
                .withValues(List.of(hostname))));
        return PersistentVolume.EMPTY
                .withMetadata(ObjectMeta.EMPTY
                        .withName(name(claim))
                        .withAnnotations(Map.of(VolumeMatch.PROVISIONED_BY, storageClass.provisioner()))
                        .withFinalizers(List.of(FINALIZER)))
                .withSpec(PersistentVolumeSpec.EMPTY
                        .withCapacity(Map.of("storage", VolumeMatch.request(claim)))
                        .withAccessModes(claim.spec().accessModes())
                        .withVolumeMode("Filesystem")
                        .withStorageClassName(storageClass.name())
                        .withPersistentVolumeReclaimPolicy(
                                storageClass.reclaimPolicy().isEmpty() ? "Delete" : storageClass.reclaimPolicy())
                        .withClaimRef(VolumeMatch.reference(claim))
                        .withLocal(LocalVolumeSource.EMPTY.withPath(path))
                        .withNodeAffinity(VolumeNodeAffinity.EMPTY.withRequired(
                                NodeSelector.EMPTY.withNodeSelectorTerms(List.of(there)))));
    }
}
