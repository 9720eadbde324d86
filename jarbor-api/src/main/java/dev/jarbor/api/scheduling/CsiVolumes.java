package dev.jarbor.api.scheduling;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.api.storage.v1.VolumeAttachmentSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is known of volumes of CSI drivers without asking the driver: for the loop that has them attached, for the nodes that
 * wait for that, and for the scheduler that counts them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#csi">CSI volumes</a>
 */
public final class CsiVolumes {
    private CsiVolumes() {}

    /** By what name the status of nodes knows the volume, which has a driver: {@code volumesInUse}, {@code volumesAttached}. */
    public static String uniqueName(PersistentVolume volume) {
        return "kubernetes.io/csi/" + volume.spec().csi().driver() + "^"
                + volume.spec().csi().volumeHandle();
    }

    /** The volume that an attachment describes itself, because a pod names it itself; empty where the attachment names one. */
    public static Optional<PersistentVolume> inline(VolumeAttachmentSource source) {
        return source.hasInlineVolumeSpec()
                ? Optional.of(PersistentVolume.named("inline").withSpec(source.inlineVolumeSpec()))
                : Optional.empty();
    }

    /**
     * Whether the volume has to be attached to a node before it can be mounted there. A driver that nobody describes needs it.
     *
     * @param drivers finds the description of a driver by its name
     */
    public static boolean isAttachable(PersistentVolume volume, Function<String, Optional<CSIDriver>> drivers) {
        return volume.spec().hasCsi()
                && drivers.apply(volume.spec().csi().driver())
                        .map(driver -> driver.spec().attachRequiredOr(true))
                        .orElse(true);
    }

    /** Whether only one node at a time may have the volume. One that names no access modes is left to its driver. */
    public static boolean isExclusive(PersistentVolume volume) {
        return !volume.spec().accessModes().isEmpty()
                && volume.spec().accessModes().stream()
                        .noneMatch(mode -> mode.equals("ReadWriteMany") || mode.equals("ReadOnlyMany"));
    }
}
