package dev.jarbor.api.scheduling;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.select.Selector;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which volumes satisfy a claim, and which of them it gets: for the loop that binds claims at once, and for the scheduler,
 * which chooses among the volumes that a node reaches.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding">Binding</a>
 */
public final class VolumeMatch {
    /** On a claim: the node on which its first pod will run, written by the scheduler for the provisioner. */
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    /** On claims and volumes: not their user but a controller brought them together. */
    public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

    /** On a claim: its binding was once complete. */
    public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";

    /** On a volume: who made it for its claim. */
    public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

    /** The provisioner of classes whose volumes only people make. */
    public static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

    /** Fewest access modes first, then the smallest: nothing that could serve a harder claim is spent on an easy one. */
    private static final Comparator<PersistentVolume> CLOSEST = Comparator.comparingInt(
                    (PersistentVolume volume) -> volume.spec().accessModes().size())
            .thenComparing(VolumeMatch::capacity)
            .thenComparing(PersistentVolume::name);

    private VolumeMatch() {}

    /** The storage class of the claim; "" for none. */
    public static String classOf(PersistentVolumeClaim claim) {
        return claim.metadata().annotations().getOrDefault(CLASS, claim.spec().storageClassName());
    }

    /** The storage class of the volume; "" for none. */
    public static String classOf(PersistentVolume volume) {
        return volume.metadata().annotations().getOrDefault(CLASS, volume.spec().storageClassName());
    }

    /** Whether the claim says anything of a class, be it that it wants none. */
    public static boolean namesClass(PersistentVolumeClaim claim) {
        return claim.metadata().annotations().containsKey(CLASS) || claim.spec().hasStorageClassName();
    }

    public static Quantity capacity(PersistentVolume volume) {
        return volume.spec().capacity().getOrDefault("storage", Quantity.ZERO);
    }

    public static Quantity request(PersistentVolumeClaim claim) {
        return claim.spec().resources().requests().getOrDefault("storage", Quantity.ZERO);
    }

    /** Whether the claim and its volume have found each other for good. */
    public static boolean isFullyBound(PersistentVolumeClaim claim) {
        return !claim.spec().volumeName().isEmpty() && has(claim, BIND_COMPLETED);
    }

    public static boolean has(KubeObject object, String annotation) {
        return object.metadata().annotations().containsKey(annotation);
    }

    /** Whether the volume is meant for the claim: by name, and by uid where it names one. */
    public static boolean isBoundTo(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference reference = volume.spec().claimRef();
        return volume.spec().hasClaimRef()
                && reference.name().equals(claim.name())
                && reference.namespace().equals(claim.namespace())
                && (reference.uid().isEmpty()
                        || reference.uid().equals(claim.metadata().uid()));
    }

    /** The volume as the claim's: who is not its user says so. The same where it is the claim's already. */
    public static PersistentVolume claimed(PersistentVolume volume, PersistentVolumeClaim claim) {
        boolean reserved = isBoundTo(volume, claim);
        if (reserved && volume.spec().claimRef().uid().equals(claim.metadata().uid())) {
            return volume;
        }
        PersistentVolume named = volume.withSpec(volume.spec().withClaimRef(reference(claim)));
        if (reserved) {
            return named;
        }
        var annotations = new TreeMap<>(volume.metadata().annotations());
        annotations.put(BOUND_BY_CONTROLLER, "yes");
        return named.withMetadata(named.metadata().withAnnotations(annotations));
    }

    /** How volumes name their claim. */
    public static ObjectReference reference(PersistentVolumeClaim claim) {
        return ObjectReference.EMPTY
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withNamespace(claim.namespace())
                .withName(claim.name())
                .withUid(claim.metadata().uid())
                .withResourceVersion(claim.metadata().resourceVersion());
    }

    /** Whether pods on {@code node} can use the volume. */
    public static boolean reaches(PersistentVolume volume, Node node) {
        return !volume.spec().nodeAffinity().hasRequired()
                || NodeSelectors.matches(
                        volume.spec().nodeAffinity().required(),
                        node.name(),
                        node.metadata().labels());
    }

    /** What keeps a claim that asks for this very volume from it, in the reference's words; empty for nothing. */
    public static Optional<String> mismatch(PersistentVolumeClaim claim, PersistentVolume volume) {
        if (volume.metadata().hasDeletionTimestamp()) {
            return Optional.of("the volume is marked for deletion \"" + volume.name() + "\"");
        }
        if (capacity(volume).compareTo(request(claim)) < 0) {
            return Optional.of("requested PV is too small");
        }
        if (!classOf(volume).equals(classOf(claim))) {
            return Optional.of("storageClassName does not match");
        }
        if (!attributes(claim).equals(attributes(volume))) {
            return Optional.of("volumeAttributesClassName does not match");
        }
        if (!mode(claim).equals(mode(volume))) {
            return Optional.of("incompatible volumeMode");
        }
        return offersModes(claim, volume) ? Optional.empty() : Optional.of("incompatible accessMode");
    }

    /**
     * The volume that the claim gets: one that is meant for it, else, the closest available one.
     *
     * @param node only what pods there can use
     */
    public static Optional<PersistentVolume> best(
            PersistentVolumeClaim claim, Collection<PersistentVolume> volumes, Node node) {
        return reserved(claim, volumes)
                .map(volume -> Optional.of(volume).filter(one -> reaches(one, node)))
                .orElseGet(() -> closest(claim, volumes, volume -> reaches(volume, node)));
    }

    /** The same where no node is chosen yet. */
    public static Optional<PersistentVolume> best(PersistentVolumeClaim claim, Collection<PersistentVolume> volumes) {
        return reserved(claim, volumes).or(() -> closest(claim, volumes, volume -> true));
    }

    /** A volume that was reserved for the claim, and is large enough for it. */
    public static Optional<PersistentVolume> reserved(
            PersistentVolumeClaim claim, Collection<PersistentVolume> volumes) {
        return volumes.stream()
                .filter(volume -> isBoundTo(volume, claim))
                .filter(volume -> isUsable(claim, volume))
                .min(CLOSEST);
    }

    private static Optional<PersistentVolume> closest(
            PersistentVolumeClaim claim, Collection<PersistentVolume> volumes, Predicate<PersistentVolume> wanted) {
        Selector selector = claim.spec().hasSelector()
                ? Selector.ofObject(claim.spec().selector().value())
                : Selector.everything();
        return volumes.stream()
                .filter(volume -> !volume.spec().hasClaimRef()
                        && volume.status().phase().equals("Available")
                        && classOf(volume).equals(classOf(claim)))
                .filter(volume -> isUsable(claim, volume))
                .filter(volume -> selector.matches(volume.metadata().labels()))
                .filter(wanted)
                .min(CLOSEST);
    }

    private static boolean isUsable(PersistentVolumeClaim claim, PersistentVolume volume) {
        return !volume.metadata().hasDeletionTimestamp()
                && capacity(volume).compareTo(request(claim)) >= 0
                && mode(claim).equals(mode(volume))
                && attributes(claim).equals(attributes(volume))
                && offersModes(claim, volume);
    }

    private static boolean offersModes(PersistentVolumeClaim claim, PersistentVolume volume) {
        return volume.spec().accessModes().containsAll(claim.spec().accessModes());
    }

    private static String mode(PersistentVolumeClaim claim) {
        return claim.spec().volumeMode().isEmpty() ? "Filesystem" : claim.spec().volumeMode();
    }

    private static String mode(PersistentVolume volume) {
        return volume.spec().volumeMode().isEmpty()
                ? "Filesystem"
                : volume.spec().volumeMode();
    }

    private static String attributes(PersistentVolumeClaim claim) {
        return claim.spec().volumeAttributesClassName();
    }

    private static String attributes(PersistentVolume volume) {
        return volume.spec().volumeAttributesClassName();
    }
}
