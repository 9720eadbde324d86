package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.VolumeMatch;
import java.util.Optional;

/** What is to be done about a volume. */
sealed interface VolumeStep {
    /** Its phase is told. */
    record Report(String phase) implements VolumeStep {}

    /** The claim has to say first that it takes the volume. */
    record AskClaim() implements VolumeStep {}

    /** The volume's claim is gone, or has another volume: its reclaim policy says what follows. */
    record Release() implements VolumeStep {}

    /** The volume goes back to where it was before it was reserved. */
    record Unbind() implements VolumeStep {}

    /** @param claim the one that the volume names; empty where it is gone, or another has its name */
    static VolumeStep decide(PersistentVolume volume, Optional<PersistentVolumeClaim> claim) {
        if (!volume.spec().hasClaimRef() || volume.spec().claimRef().uid().isEmpty()) {
            return new Report("Available");
        }
        if (claim.isEmpty()) {
            return new Release();
        }
        String taken = claim.get().spec().volumeName();
        if (taken.isEmpty()) {
            return new AskClaim();
        }
        if (taken.equals(volume.name())) {
            return new Report("Bound");
        }
        boolean madeInVain = VolumeMatch.has(volume, VolumeMatch.PROVISIONED_BY)
                && volume.spec().persistentVolumeReclaimPolicy().equals("Delete");
        return madeInVain ? new Release() : new Unbind();
    }

    /**
     * What goes wrong when a released volume is to be reclaimed here; empty where nothing is to be done, or somebody else does
     * it. Nothing here has a way to the data of a volume, which only its provisioner knows how to remove.
     */
    static Optional<Note> obstacle(PersistentVolume volume) {
        return switch (volume.spec().persistentVolumeReclaimPolicy()) {
            case "Retain" -> Optional.empty();
            case "Recycle" ->
                Optional.of(Note.warning("VolumeFailedRecycle", "No recycler plugin found for the volume!"));
            case "Delete" -> hasDeleter(volume) ? Optional.empty() : Optional.of(noDeleter(volume));
            default ->
                Optional.of(Note.warning(
                        "VolumeUnknownReclaimPolicy", "Volume has unrecognized PersistentVolumeReclaimPolicy"));
        };
    }

    private static boolean hasDeleter(PersistentVolume volume) {
        String provisioner = volume.metadata().annotations().getOrDefault(VolumeMatch.PROVISIONED_BY, "");
        return (!provisioner.isEmpty() && !provisioner.startsWith("kubernetes.io/"))
                || VolumeMatch.has(volume, CsiMigration.MIGRATED_TO);
    }

    private static Note noDeleter(PersistentVolume volume) {
        String path = volume.spec().hostPath().path();
        boolean foreign = volume.spec().hasHostPath() && !path.matches("/tmp/.+");
        return Note.warning(
                "VolumeFailedDelete",
                foreign
                        ? "host_path deleter only supports /tmp/.+ but received provided " + path
                        : "error getting deleter volume plugin for volume \"" + volume.name()
                                + "\": no deletable volume plugin matched");
    }
}
