package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The claims, volumes and classes that there are, including what the scheduler has decided and not yet seen written. */
public interface VolumeCatalog {
    /** Where nobody knows of volumes they keep no pod from a node: of imagined clusters. */
    VolumeCatalog UNKNOWN = new VolumeCatalog() {
        @Override
        public Optional<PersistentVolumeClaim> claim(ObjectKey key) {
            return Optional.empty();
        }

        @Override
        public Optional<PersistentVolume> volume(String name) {
            return Optional.empty();
        }

        @Override
        public List<PersistentVolume> candidates(PersistentVolumeClaim claim) {
            return List.of();
        }

        @Override
        public Optional<StorageClass> storageClass(String name) {
            return Optional.empty();
        }
    };

    Optional<PersistentVolumeClaim> claim(ObjectKey key);

    Optional<PersistentVolume> volume(String name);

    /** The volumes that may be free for {@code claim}, and those reserved for it. */
    List<PersistentVolume> candidates(PersistentVolumeClaim claim);

    Optional<StorageClass> storageClass(String name);

    /** How many volumes of which driver the node can have; drivers without a limit are not there. */
    default Map<String, Integer> limits(String node) {
        return Map.of();
    }

    /** The old kinds of volumes that the node leaves to the drivers which have taken them over. */
    default Set<String> migrated(String node) {
        return Set.of();
    }

    /** The volume as its driver knows it, where its kind is one that the node leaves to a driver. */
    default PersistentVolume seenFrom(String node, PersistentVolume volume) {
        return CsiMigration.plugin(volume).isEmpty() ? volume : CsiMigration.translated(volume, migrated(node));
    }

    /** The volumes that are attached to the node, or are about to be, whoever uses them. */
    default List<PersistentVolume> attached(String node) {
        return List.of();
    }
}
