package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.RBDVolumeSource;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Obstacle;
import java.util.Collections;
import java.util.List;

/**
 * Whether a pod may have volumes that other pods have. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">VolumeRestrictions</a>
 */
public final class VolumeRestrictions {
    private static final Obstacle NO_DISK = new Obstacle("node(s) had no available disk", true);
    private static final Obstacle TAKEN = new Obstacle(
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode", true);

    private VolumeRestrictions() {}

    /**
     * A claim that only one pod may use is used by none yet; and a disk that the pod names itself is used by none on the node, or
     * is only read by both.
     */
    public static Filter.Check check(Pod pod, Demand demand, ClusterState cluster) {
        if (isTaken(pod, cluster)) {
            return node -> List.of(TAKEN);
        }
        List<Volume> disks =
                pod.spec().volumes().stream().filter(VolumeRestrictions::isDisk).toList();
        return disks.isEmpty() ? Filter.Check.ANY_NODE : node -> isFree(disks, node) ? List.of() : List.of(NO_DISK);
    }

    private static boolean isTaken(Pod pod, ClusterState cluster) {
        List<ObjectKey> single = PodClaims.keys(pod).stream()
                .filter(key -> cluster.volumes()
                        .claim(key)
                        .filter(claim -> claim.spec().accessModes().contains("ReadWriteOncePod"))
                        .isPresent())
                .toList();
        return !single.isEmpty()
                && cluster.nodes().stream()
                        .flatMap(node -> node.pods().stream())
                        .filter(other -> !other.key().equals(pod.key()))
                        .anyMatch(other -> PodClaims.keys(other).stream().anyMatch(single::contains));
    }

    private static boolean isDisk(Volume volume) {
        return volume.hasGcePersistentDisk()
                || volume.hasAwsElasticBlockStore()
                || volume.hasIscsi()
                || volume.hasRbd();
    }

    private static boolean isFree(List<Volume> disks, NodeState node) {
        return node.pods().stream()
                .flatMap(other -> other.spec().volumes().stream())
                .noneMatch(there -> disks.stream().anyMatch(disk -> excludes(disk, there)));
    }

    private static boolean excludes(Volume one, Volume other) {
        if (one.hasGcePersistentDisk() && other.hasGcePersistentDisk()) {
            var disk = one.gcePersistentDisk();
            var there = other.gcePersistentDisk();
            return disk.pdName().equals(there.pdName()) && !(disk.readOnly() && there.readOnly());
        }
        if (one.hasAwsElasticBlockStore() && other.hasAwsElasticBlockStore()) {
            return one.awsElasticBlockStore()
                    .volumeID()
                    .equals(other.awsElasticBlockStore().volumeID());
        }
        if (one.hasIscsi() && other.hasIscsi()) {
            return one.iscsi().iqn().equals(other.iscsi().iqn())
                    && !(one.iscsi().readOnly() && other.iscsi().readOnly());
        }
        return one.hasRbd() && other.hasRbd() && excludes(one.rbd(), other.rbd());
    }

    private static boolean excludes(RBDVolumeSource one, RBDVolumeSource other) {
        return !Collections.disjoint(one.monitors(), other.monitors())
                && one.pool().equals(other.pool())
                && one.image().equals(other.image())
                && !(one.readOnly() && other.readOnly());
    }
}
