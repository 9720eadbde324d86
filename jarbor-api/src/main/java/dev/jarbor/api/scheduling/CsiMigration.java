package dev.jarbor.api.scheduling;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import java.util.Map;
import java.util.Optional;

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

    private static final Map<String, String> DRIVERS = Map.of(
            "kubernetes.io/aws-ebs", "ebs.csi.aws.com",
            "kubernetes.io/azure-disk", "disk.csi.azure.com",
            "kubernetes.io/azure-file", "file.csi.azure.com",
            "kubernetes.io/cinder", "cinder.csi.openstack.org",
            "kubernetes.io/gce-pd", "pd.csi.storage.gke.io",
            "kubernetes.io/portworx-volume", "pxd.portworx.com",
            "kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com");

    private CsiMigration() {}

    /** The driver that does the work of {@code plugin}, such as {@code kubernetes.io/aws-ebs}; empty for any other name. */
    public static Optional<String> driver(String plugin) {
        return Optional.ofNullable(DRIVERS.get(plugin));
    }

    /** The old kind that the volume is of; empty where it is of none whose work a driver has taken over. */
    public static Optional<String> plugin(PersistentVolume volume) {
        PersistentVolumeSpec spec = volume.spec();
        if (spec.hasAwsElasticBlockStore()) {
            return Optional.of("kubernetes.io/aws-ebs");
        }
        if (spec.hasAzureDisk()) {
            return Optional.of("kubernetes.io/azure-disk");
        }
        if (spec.hasAzureFile()) {
            return Optional.of("kubernetes.io/azure-file");
        }
        if (spec.hasCinder()) {
            return Optional.of("kubernetes.io/cinder");
        }
        if (spec.hasGcePersistentDisk()) {
            return Optional.of("kubernetes.io/gce-pd");
        }
        if (spec.hasPortworxVolume()) {
            return Optional.of("kubernetes.io/portworx-volume");
        }
        return spec.hasVsphereVolume() ? Optional.of("kubernetes.io/vsphere-volume") : Optional.empty();
    }

    /** Who really does the work of {@code provisioner}: the driver where it is an old name, else itself. */
    public static String resolved(String provisioner) {
        return driver(provisioner).orElse(provisioner);
    }
}
