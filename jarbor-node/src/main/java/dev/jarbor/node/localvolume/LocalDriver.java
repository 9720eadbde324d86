package dev.jarbor.node.localvolume;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.LocalVolumeSource;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.VolumeNodeAffinity;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.node.driver.DriverFailure;
import dev.jarbor.node.driver.Provisioner;
import dev.jarbor.node.driver.VolumeDriver;
import dev.jarbor.node.volume.VolumeFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folders as volumes: each is where its node is, and has no bounds, so that it is as large as was asked for, and grows, in name
 * only. Attributes it has none.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/#local">local volumes</a>
 */
final class LocalDriver implements VolumeDriver {
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final List<String> MODES = List.of("ReadWriteOnce", "ReadWriteOncePod");

    private final VolumeFolders folders;

    LocalDriver(VolumeFolders folders) {
        this.folders = folders;
    }

    @Override
    public String name() {
        return LocalVolumes.PROVISIONER;
    }

    @Override
    public Optional<String> refusal(PersistentVolumeClaim claim, Optional<Node> node) {
        if (node.isEmpty()) {
            return Optional.of("configuration error, no node was specified");
        }
        if (claim.spec().volumeMode().equals("Block")) {
            return Optional.of("volumes in folders of a node cannot be block devices (volumeMode: Block)");
        }
        if (claim.spec().hasSelector()) {
            return Optional.of("claim.Spec.Selector is not supported");
        }
        if (claim.spec().hasDataSource() || claim.spec().hasDataSourceRef()) {
            return Optional.of("claim.Spec.DataSource is not supported");
        }
        return MODES.containsAll(claim.spec().accessModes())
                ? Optional.empty()
                : Optional.of("a folder of one node only supports " + String.join(" and ", MODES) + " access modes");
    }

    /** The folder's name is one by which people find what they look for. */
    @Override
    public PersistentVolumeSpec create(PersistentVolumeClaim claim, StorageClass storageClass, Optional<Node> node)
            throws DriverFailure {
        String folder = Provisioner.nameFor(claim) + "_" + claim.namespace() + "_" + claim.name();
        try {
            folders.make(folder);
        } catch (IOException failure) {
            throw new DriverFailure(DriverFailure.Kind.FAILED, String.valueOf(failure.getMessage()));
        }
        NodeSelectorTerm there = NodeSelectorTerm.EMPTY.withMatchExpressions(List.of(NodeSelectorRequirement.EMPTY
                .withKey(HOSTNAME)
                .withOperator("In")
                .withValues(node.map(LocalDriver::hostname).stream().toList())));
        return PersistentVolumeSpec.EMPTY
                .withLocal(LocalVolumeSource.EMPTY.withPath(folders.path(folder)))
                .withNodeAffinity(VolumeNodeAffinity.EMPTY.withRequired(
                        NodeSelector.EMPTY.withNodeSelectorTerms(List.of(there))));
    }

    private static String hostname(Node node) {
        return node.metadata().labels().getOrDefault(HOSTNAME, node.name());
    }

    /** Only a folder that is where they are made: a volume may have been written by anybody. */
    @Override
    public void delete(PersistentVolume volume) throws DriverFailure {
        try {
            folders.remove(folder(volume)
                    .orElseThrow(() -> new DriverFailure(
                            DriverFailure.Kind.FAILED,
                            "the folder " + volume.spec().local().path() + " is none that was made for a volume")));
        } catch (IOException | UncheckedIOException failure) {
            throw new DriverFailure(DriverFailure.Kind.FAILED, String.valueOf(failure.getMessage()));
        }
    }

    private Optional<String> folder(PersistentVolume volume) {
        String path = volume.spec().local().path();
        String name = String.valueOf(Path.of(path).getFileName());
        return folders.path(name).equals(path) ? Optional.of(name) : Optional.empty();
    }

    @Override
    public void attach(PersistentVolume volume, String node) {}

    @Override
    public void detach(PersistentVolume volume, String node) {}

    /** A folder that somebody took away cannot be expected to grow. */
    @Override
    public boolean expand(PersistentVolume volume, Quantity size) throws DriverFailure {
        if (folder(volume).filter(folders::has).isEmpty()) {
            throw new DriverFailure(
                    DriverFailure.Kind.INFEASIBLE,
                    "there is no folder " + volume.spec().local().path());
        }
        return false;
    }

    @Override
    public void modify(PersistentVolume volume, Map<String, String> parameters) throws DriverFailure {
        throw new DriverFailure(DriverFailure.Kind.INFEASIBLE, "folders of a node have no attributes");
    }
}
