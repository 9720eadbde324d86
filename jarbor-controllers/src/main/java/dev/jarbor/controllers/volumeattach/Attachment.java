package dev.jarbor.controllers.volumeattach;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentSource;
import dev.jarbor.api.storage.v1.VolumeAttachmentSpec;
import dev.jarbor.controllers.common.Ownership;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A volume, as its driver knows it, and what asks that driver to attach it to a node. */
record Attachment(PersistentVolume volume, VolumeAttachment object) {
    /** The name of the attachment of {@code volume} to {@code node}: one for each pair, whoever asks. */
    static String name(PersistentVolume volume, String node) {
        String pair = volume.spec().csi().volumeHandle() + volume.spec().csi().driver() + node;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(pair.getBytes(StandardCharsets.UTF_8));
            return "csi-" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** @param volume that is for a claim, or that a pod names itself */
    static VolumeAttachment of(PersistentVolume volume, String node) {
        return VolumeAttachment.named(name(volume, node))
                .withSpec(VolumeAttachmentSpec.EMPTY
                        .withAttacher(volume.spec().csi().driver())
                        .withNodeName(node)
                        .withSource(
                                volume.spec().hasClaimRef()
                                        ? VolumeAttachmentSource.EMPTY.withPersistentVolumeName(volume.name())
                                        : VolumeAttachmentSource.EMPTY.withInlineVolumeSpec(volume.spec())));
    }

    /** Whether pods may mount the volume. */
    boolean isAttached() {
        return object.status().attached() && !isGoing();
    }

    boolean isGoing() {
        return Ownership.isDeleting(object);
    }
}
