package dev.jarbor.api.scheduling;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.storage.v1.CSINode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Kinds of volumes that Kubernetes once served itself, and whose work CSI drivers have taken over: classes and volumes may go on
 * naming the old ones.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#csi-migration">Migrating to CSI drivers from in-tree
 *     plugins</a>
 */
public final class CsiMigration {
    /** On claims and volumes that name an old kind: the driver that does the work. */
    public static final String MIGRATED_TO = "pv.kubernetes.io/migrated-to";

    /** On a CSINode: the old kinds, with commas between them, whose volumes the node leaves to their drivers. */
    public static final String ON_NODE = "storage.alpha.kubernetes.io/migrated-plugins";

    private CsiMigration() {}

    /** The driver that does the work of {@code plugin}, such as {@code kubernetes.io/aws-ebs}; empty for any other name. */
    public static Optional<String> driver(String plugin) {
        return InTreeKind.named(plugin).map(InTreeKind::driver);
    }

    /** The old kind that the volume is of; empty where it is of none whose work a driver has taken over. */
    public static Optional<String> plugin(PersistentVolume volume) {
        return InTreeKind.of(volume).map(InTreeKind::plugin);
    }

    /** Who really does the work of {@code provisioner}: the driver where it is an old name, else itself. */
    public static String resolved(String provisioner) {
        return driver(provisioner).orElse(provisioner);
    }

    /**
     * The volume as its driver knows it, to look at and not to be written: with the driver's name and its handle, and in zones
     * by the driver's label. The volume itself where no driver has taken over its kind, or where its source makes no sense to the
     * driver. What only the driver reads, such as attributes and secrets, it reads from the volume itself.
     */
    public static PersistentVolume translated(PersistentVolume volume) {
        return volume.spec().hasCsi()
                ? volume
                : InTreeKind.of(volume).flatMap(kind -> kind.translated(volume)).orElse(volume);
    }

    /** The same where {@code migrated} are the only old kinds that drivers have taken over. */
    public static PersistentVolume translated(PersistentVolume volume, Set<String> migrated) {
        return plugin(volume).filter(migrated::contains).isPresent() ? translated(volume) : volume;
    }

    /**
     * The volume that a pod of {@code namespace} names itself, without a claim, as its driver knows it. It has no claim, and what
     * it has may be written into an attachment. Empty where it is of no kind that a driver has taken over, or where its source makes
     * no sense to the driver.
     */
    public static Optional<PersistentVolume> translated(Volume volume, String namespace) {
        return InTreeKind.of(volume).flatMap(kind -> kind.translated(volume, namespace));
    }

    /** All volumes that the pod names itself and that drivers have taken over, where {@code migrated} are the kinds they have. */
    public static List<PersistentVolume> ownVolumes(Pod pod, Set<String> migrated) {
        return pod.spec().volumes().stream()
                .flatMap(volume -> InTreeKind.of(volume).stream()
                        .filter(kind -> migrated.contains(kind.plugin()))
                        .flatMap(kind -> kind.translated(volume, pod.namespace()).stream()))
                .toList();
    }

    /** All volumes that the pod names itself and that drivers have taken over. */
    public static List<PersistentVolume> ownVolumes(Pod pod) {
        return pod.spec().volumes().stream()
                .flatMap(volume -> translated(volume, pod.namespace()).stream())
                .toList();
    }

    /** All old kinds that drivers have taken over. */
    public static Set<String> plugins() {
        return Arrays.stream(InTreeKind.values())
                .map(InTreeKind::plugin)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The driver of the volume, be it that of an old kind; empty where it has none. */
    public static Optional<String> driverOf(PersistentVolume volume) {
        return Optional.of(translated(volume).spec())
                .filter(PersistentVolumeSpec::hasCsi)
                .map(spec -> spec.csi().driver());
    }

    /** The old kinds whose volumes {@code node} leaves to their drivers. */
    public static Set<String> plugins(CSINode node) {
        String said = node.metadata().annotations().getOrDefault(ON_NODE, "");
        return new TreeSet<>(List.of(said.split(",", -1)));
    }
}
