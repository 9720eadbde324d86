package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides about one claim. A claim whose binding was once complete is never bound again: where its volume is gone, it is
 * lost. Any other gets the volume that it names, or one that was reserved for it, or the closest one; where volumes wait for
 * the claim's first pod, the scheduler reserves it.
 *
 * @param candidates the volume that the claim names; else those reserved for it, and those of its class
 * @param classes all storage classes
 * @param pods the names of pods without a node that use the claim
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#lifecycle-of-a-volume-and-claim">Lifecycle of
 *     a volume and claim</a>
 */
record ClaimPass(
        PersistentVolumeClaim claim, List<PersistentVolume> candidates, List<StorageClass> classes, List<String> pods) {
    private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";
    private static final String OLD_DEFAULT = "storageclass.beta.kubernetes.io/is-default-class";

    ClaimStep decide() {
        if (VolumeMatch.has(claim, VolumeMatch.BIND_COMPLETED)) {
            return bound();
        }
        return claim.spec().volumeName().isEmpty() ? free() : named();
    }

    /** Also where the volume forgot its claim: it is told again. */
    private ClaimStep bound() {
        if (claim.spec().volumeName().isEmpty()) {
            return lost("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        }
        Optional<PersistentVolume> found = volume();
        if (found.isEmpty()) {
            return lost("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        }
        PersistentVolume volume = found.get();
        boolean ours = !volume.spec().hasClaimRef()
                || volume.spec().claimRef().uid().equals(claim.metadata().uid());
        return ours
                ? new ClaimStep.Bind(volume)
                : lost("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
    }

    private static ClaimStep lost(String reason, String message) {
        return new ClaimStep.Lose(Note.warning(reason, message));
    }

    private Optional<PersistentVolume> volume() {
        return candidates.stream()
                .filter(one -> one.name().equals(claim.spec().volumeName()))
                .findFirst();
    }

    /** Its user, or a bind that was cut short, names the volume. */
    private ClaimStep named() {
        Optional<PersistentVolume> found = volume();
        if (found.isEmpty()) {
            return new ClaimStep.Wait(List.of());
        }
        PersistentVolume volume = found.get();
        if (VolumeMatch.isBoundTo(volume, claim)) {
            return new ClaimStep.Bind(volume);
        }
        if (volume.spec().hasClaimRef()) {
            return waiting(Note.warning(
                    "FailedBinding", "volume \"" + volume.name() + "\" already bound to a different claim."));
        }
        return VolumeMatch.mismatch(claim, volume)
                .map(why -> waiting(Note.warning(
                        "VolumeMismatch", "Cannot bind to requested volume \"" + volume.name() + "\": " + why)))
                .orElseGet(() -> new ClaimStep.Bind(volume));
    }

    private static ClaimStep waiting(Note note) {
        return new ClaimStep.Wait(List.of(note));
    }

    private ClaimStep free() {
        boolean delayed = storageClass()
                .filter(one -> one.volumeBindingMode().equals("WaitForFirstConsumer"))
                .isPresent();
        Optional<PersistentVolume> found =
                delayed ? VolumeMatch.reserved(claim, candidates) : VolumeMatch.best(claim, candidates);
        if (found.isPresent()) {
            return new ClaimStep.Bind(found.get());
        }
        Optional<String> preferred = VolumeMatch.namesClass(claim) ? Optional.empty() : defaultClass(classes);
        if (preferred.isPresent()) {
            return new ClaimStep.Adopt(preferred.get());
        }
        if (delayed && !VolumeMatch.has(claim, VolumeMatch.SELECTED_NODE)) {
            return waiting(forConsumer());
        }
        return VolumeMatch.classOf(claim).isEmpty()
                ? waiting(Note.normal(
                        "FailedBinding", "no persistent volumes available for this claim and no storage class is set"))
                : provision();
    }

    private Optional<StorageClass> storageClass() {
        return classes.stream()
                .filter(one -> one.name().equals(VolumeMatch.classOf(claim)))
                .findFirst();
    }

    /** Of several default classes the newest. */
    static Optional<String> defaultClass(List<StorageClass> classes) {
        return classes.stream()
                .filter(one -> isTrue(one, DEFAULT) || isTrue(one, OLD_DEFAULT))
                .max(Comparator.comparing((StorageClass one) ->
                                one.metadata().creationTimestamp().orElse(Instant.MIN))
                        .thenComparing(StorageClass::name, Comparator.reverseOrder()))
                .map(StorageClass::name);
    }

    private static boolean isTrue(StorageClass storageClass, String annotation) {
        return "true".equals(storageClass.metadata().annotations().get(annotation));
    }

    private Note forConsumer() {
        return switch (pods.size()) {
            case 0 -> Note.normal("WaitForFirstConsumer", "waiting for first consumer to be created before binding");
            case 1 -> Note.normal("WaitForPodScheduled", "waiting for pod " + pods.getFirst() + " to be scheduled");
            default ->
                Note.normal("WaitForPodScheduled", "waiting for pods " + String.join(",", pods) + " to be scheduled");
        };
    }

    /**
     * The reference makes no volumes itself any more: those of its own names have nobody to make them, but for those whose work
     * a driver has taken over.
     */
    private ClaimStep provision() {
        Optional<StorageClass> found = storageClass();
        if (found.isEmpty()) {
            return waiting(Note.warning(
                    "ProvisioningFailed",
                    "storageclass.storage.k8s.io \"" + VolumeMatch.classOf(claim) + "\" not found"));
        }
        String provisioner = CsiMigration.resolved(found.get().provisioner());
        return provisioner.startsWith("kubernetes.io/")
                ? waiting(Note.warning("ProvisioningFailed", "no volume plugin matched name: " + provisioner))
                : new ClaimStep.Provision(provisioner);
    }
}
