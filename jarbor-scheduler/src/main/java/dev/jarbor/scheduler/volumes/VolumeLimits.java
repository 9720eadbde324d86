package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.CsiVolumes;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.cluster.VolumeCatalog;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Obstacle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How many volumes of a CSI driver a node may have. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/storage-limits/">Node-specific Volume Limits</a>
 */
public final class VolumeLimits {
    private static final Obstacle TOO_MANY = new Obstacle("node(s) exceed max volume count", true);

    private VolumeLimits() {}

    /** The node's drivers can attach what the pod adds to what is there. */
    public static Filter.Check limits(Pod pod, Demand demand, ClusterState cluster) {
        VolumeCatalog catalog = cluster.volumes();
        return volumes(pod, catalog, CsiMigration.plugins()).isEmpty()
                ? Filter.Check.ANY_NODE
                : node -> obstacles(pod, node, catalog);
    }

    /** A volume of a driver; of one that is not made yet the claim stands for it. */
    private record DriverVolume(String driver, String name) {
        static DriverVolume of(PersistentVolume translated) {
            return new DriverVolume(translated.spec().csi().driver(), CsiVolumes.uniqueName(translated));
        }
    }

    /** @param migrated the old kinds that drivers have taken over */
    private static Set<DriverVolume> volumes(Pod pod, VolumeCatalog catalog, Set<String> migrated) {
        var volumes = new HashSet<DriverVolume>();
        for (ObjectKey key : PodClaims.keys(pod)) {
            catalog.claim(key)
                    .flatMap(claim -> volume(claim, catalog, migrated))
                    .ifPresent(volumes::add);
        }
        CsiMigration.ownVolumes(pod, migrated).forEach(volume -> volumes.add(DriverVolume.of(volume)));
        return volumes;
    }

    private static Optional<DriverVolume> volume(
            PersistentVolumeClaim claim, VolumeCatalog catalog, Set<String> migrated) {
        if (claim.spec().volumeName().isEmpty()) {
            return catalog.storageClass(VolumeMatch.classOf(claim))
                    .map(StorageClass::provisioner)
                    .map(provisioner -> {
                        String driver =
                                migrated.contains(provisioner) ? CsiMigration.resolved(provisioner) : provisioner;
                        return new DriverVolume(driver, "of " + claim.key());
                    });
        }
        return catalog.volume(claim.spec().volumeName()).flatMap(volume -> volume(volume, migrated));
    }

    private static Optional<DriverVolume> volume(PersistentVolume volume, Set<String> migrated) {
        return Optional.of(CsiMigration.translated(volume, migrated))
                .filter(one -> one.spec().hasCsi())
                .map(DriverVolume::of);
    }

    private static List<Obstacle> obstacles(Pod pod, NodeState node, VolumeCatalog catalog) {
        Map<String, Integer> limits = catalog.limits(node.name());
        if (limits.isEmpty()) {
            return List.of();
        }
        Set<String> migrated = catalog.migrated(node.name());
        Set<DriverVolume> wanted = volumes(pod, catalog, migrated);
        if (wanted.stream().noneMatch(volume -> limits.containsKey(volume.driver()))) {
            return List.of();
        }
        var there = new HashSet<DriverVolume>();
        node.pods().forEach(other -> there.addAll(volumes(other, catalog, migrated)));
        catalog.attached(node.name()).stream()
                .flatMap(volume -> volume(volume, migrated).stream())
                .forEach(there::add);
        var adds = new HashSet<DriverVolume>(wanted);
        adds.removeAll(there);
        var counts = new HashMap<String, Integer>();
        there.forEach(volume -> counts.merge(volume.driver(), 1, Integer::sum));
        adds.forEach(volume -> counts.merge(volume.driver(), 1, Integer::sum));
        boolean tooMany = adds.stream()
                .map(DriverVolume::driver)
                .anyMatch(driver ->
                        limits.containsKey(driver) && counts.getOrDefault(driver, 0) > limits.getOrDefault(driver, 0));
        return tooMany ? List.of(TOO_MANY) : List.of();
    }
}
