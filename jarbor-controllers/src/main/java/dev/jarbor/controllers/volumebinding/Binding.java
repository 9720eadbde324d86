package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.VolumeMatch;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How claims and volumes look as they come together and part. A binding is four writes, the volume's before the claim's, and
 * may be cut short after each: what is missing follows from what is there. Each method answers the same object where there
 * is nothing to write.
 */
final class Binding {
    private static final String YES = "yes";
    private static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    private static final String OLD_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";

    /** Keeps a volume whose data the reference's own code removes. */
    private static final String KEPT_HERE = "kubernetes.io/pv-controller";

    private static final String KEPT_BY_DRIVER = "external-provisioner.volume.kubernetes.io/finalizer";

    private Binding() {}

    /** The claim as the volume's, for good. */
    static PersistentVolumeClaim bound(PersistentVolumeClaim claim, PersistentVolume volume) {
        boolean named = claim.spec().volumeName().equals(volume.name());
        ObjectMeta marked =
                named ? claim.metadata() : annotated(claim.metadata(), VolumeMatch.BOUND_BY_CONTROLLER, YES);
        PersistentVolumeClaim complete = claim.withMetadata(annotated(marked, VolumeMatch.BIND_COMPLETED, YES));
        return named ? complete : complete.withSpec(complete.spec().withVolumeName(volume.name()));
    }

    /**
     * The status of a bound claim. Its capacity is taken over once: later it may lag behind the volume's on purpose, while
     * the file system is being expanded.
     */
    static PersistentVolumeClaimStatus boundStatus(PersistentVolumeClaim claim, PersistentVolume volume) {
        PersistentVolumeClaimStatus status = claim.status();
        if (!status.phase().equals("Bound")) {
            status = status.withPhase("Bound").withCapacity(volume.spec().capacity());
            status = volume.spec().volumeAttributesClassName().isEmpty()
                    ? status
                    : status.withCurrentVolumeAttributesClassName(volume.spec().volumeAttributesClassName());
        }
        return status.accessModes().equals(volume.spec().accessModes())
                ? status
                : status.withAccessModes(volume.spec().accessModes());
    }

    /** The status of a claim without a volume. */
    static PersistentVolumeClaimStatus unboundStatus(PersistentVolumeClaim claim, String phase) {
        PersistentVolumeClaimStatus status = claim.status();
        return status.phase().equals(phase) && !status.hasAccessModes() && !status.hasCapacity()
                ? status
                : status.withPhase(phase).withoutAccessModes().withoutCapacity();
    }

    /** The volume as free as it was: what its user reserved stays reserved. */
    static PersistentVolume unbound(PersistentVolume volume) {
        if (VolumeMatch.has(volume, VolumeMatch.BOUND_BY_CONTROLLER)) {
            var annotations = new TreeMap<>(volume.metadata().annotations());
            annotations.remove(VolumeMatch.BOUND_BY_CONTROLLER);
            return volume.withMetadata(
                            annotations.isEmpty()
                                    ? volume.metadata().withoutAnnotations()
                                    : volume.metadata().withAnnotations(annotations))
                    .withSpec(volume.spec().withoutClaimRef());
        }
        return volume.withSpec(
                volume.spec().withClaimRef(volume.spec().claimRef().withoutUid()));
    }

    /** The claim as provisioners find it. */
    static PersistentVolumeClaim provisionedBy(PersistentVolumeClaim claim, String provisioner) {
        return claim.withMetadata(
                annotated(annotated(claim.metadata(), OLD_PROVISIONER, provisioner), PROVISIONER, provisioner));
    }

    /** The claim, saying which driver does the work of the provisioner that it names, as long as one does. */
    static PersistentVolumeClaim migrated(PersistentVolumeClaim claim) {
        Map<String, String> annotations = claim.metadata().annotations();
        return Optional.ofNullable(annotations.get(PROVISIONER))
                .or(() -> Optional.ofNullable(annotations.get(OLD_PROVISIONER)))
                .map(name -> claim.withMetadata(migrated(claim.metadata(), name)))
                .orElse(claim);
    }

    /**
     * The same for a volume that was made for a claim. One that was made here, by none that a driver has replaced, is kept by a
     * finalizer while its policy is to delete what is behind it: who deletes the volume first does not leave that behind.
     */
    static PersistentVolume migrated(PersistentVolume volume) {
        String provisioner = volume.metadata().annotations().get(VolumeMatch.PROVISIONED_BY);
        if (provisioner == null) {
            return volume;
        }
        ObjectMeta metadata = migrated(volume.metadata(), provisioner);
        var finalizers = new ArrayList<>(metadata.finalizers());
        boolean moved = CsiMigration.driver(provisioner).isPresent();
        if (moved || !provisioner.startsWith("kubernetes.io/")) {
            if (moved) {
                finalizers.remove(KEPT_HERE);
            }
        } else {
            finalizers.remove(KEPT_BY_DRIVER);
            if (!volume.spec().persistentVolumeReclaimPolicy().equals("Delete")) {
                finalizers.remove(KEPT_HERE);
            } else if (!finalizers.contains(KEPT_HERE) && !metadata.hasDeletionTimestamp()) {
                finalizers.add(KEPT_HERE);
            }
        }
        return volume.withMetadata(
                finalizers.equals(metadata.finalizers()) ? metadata : metadata.withFinalizers(finalizers));
    }

    private static ObjectMeta migrated(ObjectMeta metadata, String provisioner) {
        Optional<String> driver = CsiMigration.driver(provisioner);
        if (driver.isPresent()) {
            return annotated(metadata, CsiMigration.MIGRATED_TO, driver.get());
        }
        if (!metadata.annotations().containsKey(CsiMigration.MIGRATED_TO)) {
            return metadata;
        }
        var annotations = new TreeMap<>(metadata.annotations());
        annotations.remove(CsiMigration.MIGRATED_TO);
        return metadata.withAnnotations(annotations);
    }

    private static ObjectMeta annotated(ObjectMeta metadata, String name, String value) {
        if (Optional.ofNullable(metadata.annotations().get(name)).equals(Optional.of(value))) {
            return metadata;
        }
        var annotations = new TreeMap<>(metadata.annotations());
        annotations.put(name, value);
        return metadata.withAnnotations(annotations);
    }
}
