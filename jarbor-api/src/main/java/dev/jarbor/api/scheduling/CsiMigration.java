package dev.jarbor.api.scheduling;

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

    /** Who really does the work of {@code provisioner}: the driver where it is an old name, else itself. */
    public static String resolved(String provisioner) {
        return driver(provisioner).orElse(provisioner);
    }
}
