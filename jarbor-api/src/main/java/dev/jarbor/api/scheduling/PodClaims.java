package dev.jarbor.api.scheduling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import java.util.List;
import java.util.Optional;

/**
 * The claims that a pod's volumes stand for: those it names, and those that are made for it alone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes">Generic ephemeral
 *     volumes</a>
 */
public final class PodClaims {
    private PodClaims() {}

    /** The name of the claim behind {@code volume}; empty for volumes of other types. */
    public static Optional<String> of(Pod pod, Volume volume) {
        if (volume.hasEphemeral()) {
            return Optional.of(pod.name() + "-" + volume.name());
        }
        return volume.hasPersistentVolumeClaim()
                ? Optional.of(volume.persistentVolumeClaim().claimName())
                : Optional.empty();
    }

    /** All of them, each once, in the order of the volumes. */
    public static List<ObjectKey> keys(Pod pod) {
        return pod.spec().volumes().stream()
                .flatMap(volume -> of(pod, volume).stream())
                .distinct()
                .map(name -> new ObjectKey(pod.namespace(), name))
                .toList();
    }

    /** Whether the claim was made for this very pod and not for one that had its name before. */
    public static boolean isMadeFor(Pod pod, PersistentVolumeClaim claim) {
        return claim.metadata().ownerReferences().stream()
                .anyMatch(owner ->
                        owner.controller() && owner.uid().equals(pod.metadata().uid()));
    }

    /** Why a claim of that name cannot be the pod's, in the reference's words. */
    public static String notOwner(Pod pod, PersistentVolumeClaim claim) {
        return "PVC " + claim.key() + " was not created for pod " + pod.key() + " (pod is not owner)";
    }
}
