package dev.jarbor.controllers.storageprotection;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.value.ObjectValue;

/** Who uses what: pure looks at objects. */
final class InUse {
    private InUse() {}

    /**
     * A pod uses its claims from when it has a node until it is gone, even when all its containers have ended long ago. Only a claim
     * that was made for it is free a little earlier, when nothing but finalizers holds the pod: one of them may wait for the claim.
     */
    static boolean uses(Pod pod, PersistentVolumeClaim claim) {
        return !pod.spec().nodeName().isEmpty()
                && pod.spec().volumes().stream()
                        .filter(volume -> PodClaims.of(pod, volume)
                                .filter(claim.name()::equals)
                                .isPresent())
                        .anyMatch(volume -> volume.hasPersistentVolumeClaim()
                                || (!isShutDown(pod) && PodClaims.isMadeFor(pod, claim)));
    }

    /** Whether its node has let go of it. */
    static boolean isShutDown(Pod pod) {
        return pod.metadata().hasDeletionTimestamp()
                && pod.metadata().hasDeletionGracePeriodSeconds()
                && pod.metadata().deletionGracePeriodSeconds() == 0;
    }

    static boolean isBound(GenericObject volume) {
        return volume.value().object("status").string("phase").equals("Bound");
    }

    /** Whether a claim or volume has, or is to have, the attributes of the class {@code name}. */
    static boolean hasClass(GenericObject holder, String name) {
        ObjectValue status = holder.value().object("status");
        return holder.value().object("spec").string("volumeAttributesClassName").equals(name)
                || status.string("currentVolumeAttributesClassName").equals(name)
                || status.object("modifyVolumeStatus")
                        .string("targetVolumeAttributesClassName")
                        .equals(name);
    }
}
