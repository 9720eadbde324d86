package dev.jarbor.controllers.volumebinding;

import static dev.jarbor.controllers.Samples.NAMESPACE;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.HostPathVolumeSource;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimSpec;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.VolumeResourceRequirements;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Claims, volumes and classes as their users write them. */
public final class Storage {
    private Storage() {}

    public static PersistentVolume volume(String name, String size, String... modes) {
        return PersistentVolume.named(name)
                .withSpec(PersistentVolumeSpec.EMPTY
                        .withCapacity(Map.of("storage", Quantity.parse(size)))
                        .withAccessModes(modes.length == 0 ? List.of("ReadWriteOnce") : List.of(modes))
                        .withPersistentVolumeReclaimPolicy("Retain")
                        .withVolumeMode("Filesystem")
                        .withHostPath(HostPathVolumeSource.EMPTY.withPath("/data/" + name)));
    }

    public static PersistentVolumeClaim claim(String name, String size, String... modes) {
        return PersistentVolumeClaim.named(NAMESPACE, name)
                .withSpec(PersistentVolumeClaimSpec.EMPTY
                        .withResources(
                                VolumeResourceRequirements.EMPTY.withRequests(Map.of("storage", Quantity.parse(size))))
                        .withAccessModes(modes.length == 0 ? List.of("ReadWriteOnce") : List.of(modes))
                        .withVolumeMode("Filesystem"));
    }

    public static PersistentVolume ofClass(PersistentVolume volume, String storageClass) {
        return volume.withSpec(volume.spec().withStorageClassName(storageClass));
    }

    public static PersistentVolumeClaim ofClass(PersistentVolumeClaim claim, String storageClass) {
        return claim.withSpec(claim.spec().withStorageClassName(storageClass));
    }

    static PersistentVolume phase(PersistentVolume volume, String phase) {
        return volume.withStatus(volume.status().withPhase(phase));
    }

    public static StorageClass storageClass(String name, String provisioner, String mode) {
        return StorageClass.named(name)
                .withProvisioner(provisioner)
                .withReclaimPolicy("Delete")
                .withVolumeBindingMode(mode);
    }

    public static StorageClass byDefault(StorageClass storageClass) {
        return storageClass.withMetadata(
                storageClass.metadata().withAnnotations(Map.of("storageclass.kubernetes.io/is-default-class", "true")));
    }

    public static PersistentVolumeClaim annotated(PersistentVolumeClaim claim, String name, String value) {
        var annotations = new TreeMap<>(claim.metadata().annotations());
        annotations.put(name, value);
        return claim.withMetadata(claim.metadata().withAnnotations(annotations));
    }
}
