package dev.jarbor.node.volume;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.node.env.PodReferences;

/** Finds the persistent volume behind a pod's volume, and refuses what a pod may not or cannot use. */
final class ClaimedVolumes {
    private final PodReferences references;

    ClaimedVolumes(PodReferences references) {
        this.references = references;
    }

    /** @throws VolumeFailure where the claim or its volume is missing, not bound, another's, or a block device */
    PersistentVolume of(Pod pod, Volume volume, String claimName) {
        PersistentVolumeClaim claim = references
                .claim(pod.namespace(), claimName)
                .orElseThrow(() ->
                        new VolumeFailure(volume.name(), "persistentvolumeclaim \"" + claimName + "\" not found"));
        if (volume.hasEphemeral() && !PodClaims.isMadeFor(pod, claim)) {
            throw new VolumeFailure(volume.name(), PodClaims.notOwner(pod, claim));
        }
        String name = claim.spec().volumeName();
        if (name.isEmpty() || !VolumeMatch.isFullyBound(claim)) {
            throw new VolumeFailure(volume.name(), "PersistentVolumeClaim is not bound: " + claim.key());
        }
        PersistentVolume bound = references
                .volume(name)
                .orElseThrow(() -> new VolumeFailure(volume.name(), "persistentvolume \"" + name + "\" not found"));
        if (!VolumeMatch.isBoundTo(bound, claim)) {
            throw new VolumeFailure(
                    volume.name(), "persistentvolume \"" + name + "\" is bound to another claim than " + claim.key());
        }
        if (bound.spec().volumeMode().equals("Block")) {
            throw new VolumeFailure(
                    volume.name(),
                    "persistent volume " + name + " is a block device (volumeMode: Block), which this node does not"
                            + " support");
        }
        return bound;
    }

    /** @throws VolumeFailure where the container asks for block devices */
    static void refuseDevices(Container container) {
        container.volumeDevices().stream().findFirst().ifPresent(device -> {
            throw new VolumeFailure(
                    device.name(),
                    "container " + container.name() + " asks for a block device (volumeDevices), which this node does"
                            + " not support");
        });
    }
}
