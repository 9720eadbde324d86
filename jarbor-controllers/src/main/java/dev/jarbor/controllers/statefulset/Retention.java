package dev.jarbor.controllers.statefulset;

import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.controllers.common.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who owns the claims of a StatefulSet's pods, so that the garbage collector removes them with their owner: nobody where
 * they are retained, the set where they go with it, the pod where they go when the set is scaled down below it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention">
 *     PersistentVolumeClaim retention</a>
 */
final class Retention {
    private Retention() {}

    /**
     * {@code claim} with the owners that it should have; empty where it has them, or is somebody else's.
     *
     * @param surplus whether the set no longer wants the pod of that ordinal
     */
    static Optional<PersistentVolumeClaim> corrected(
            StatefulSet set, Pod pod, boolean surplus, PersistentVolumeClaim claim) {
        boolean foreign = Ownership.controllerOf(claim)
                .filter(reference -> !reference.uid().equals(set.metadata().uid()))
                .filter(reference -> !reference.uid().equals(pod.metadata().uid()))
                .isPresent();
        if (foreign || Ownership.isDeleting(claim)) {
            return Optional.empty();
        }
        StatefulSetPersistentVolumeClaimRetentionPolicy policy = set.spec().persistentVolumeClaimRetentionPolicy();
        boolean toPod = surplus && policy.whenScaled().equals("Delete");
        boolean toSet = !toPod && policy.whenDeleted().equals("Delete");
        List<OwnerReference> present = claim.metadata().ownerReferences();
        var owners = new ArrayList<OwnerReference>();
        for (OwnerReference reference : present) {
            boolean ours = reference.uid().equals(set.metadata().uid())
                    || reference.uid().equals(pod.metadata().uid());
            if (!ours) {
                owners.add(reference);
            }
        }
        if (toSet) {
            owners.add(Ownership.controllerReference(StatefulSet.KIND, set));
        }
        if (toPod) {
            owners.add(Ownership.controllerReference(Pod.KIND, pod));
        }
        return owners.equals(present)
                ? Optional.empty()
                : Optional.of(claim.withMetadata(claim.metadata().withOwnerReferences(owners)));
    }

    /** Whether {@code claim} belongs to a pod of that name that is gone, and goes with it: its successor has to wait for that. */
    static boolean isStale(PersistentVolumeClaim claim, StatefulSet set, Pod successor) {
        return set.spec().persistentVolumeClaimRetentionPolicy().whenScaled().equals("Delete")
                && claim.metadata().ownerReferences().stream()
                        .anyMatch(reference -> reference.kind().equals(Pod.KIND.name())
                                && reference.name().equals(successor.name()));
    }
}
