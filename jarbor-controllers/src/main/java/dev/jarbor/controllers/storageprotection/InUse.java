package dev.jarbor.controllers.storageprotection;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.value.ObjectValue;

/** Who uses what: pure looks at objects. */
final class InUse {
    private InUse() {}

    /** A pod uses its claims from when it has a node until it has ended. */
    static boolean uses(Pod pod, String claim) {
        return !pod.spec().nodeName().isEmpty()
                && !hasEnded(pod)
                && PodClaims.of(pod).contains(claim);
    }

    static boolean hasEnded(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
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
