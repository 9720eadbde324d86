package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.Map;
import java.util.Optional;

/**
 * What has the storage behind volumes: what the API asks for is done by it. Each call may come again with the same words, and
 * then has nothing left to do.
 *
 * @see <a href="https://github.com/container-storage-interface/spec/blob/master/spec.md#controller-service-rpc">CSI, Controller
 *     Service</a>
 */
public interface VolumeDriver {
    /** Its name, by which volumes and classes name it. */
    String name();

    /**
     * Why it will never make what the claim asks for; empty where it may.
     *
     * @param node the node that was chosen for the claim's first pod; empty where none was
     */
    default Optional<String> refusal(PersistentVolumeClaim claim, Optional<Node> node) {
        return Optional.empty();
    }

    /**
     * Makes what is behind the volume that the claim asks for.
     *
     * @param node the node that has to reach it; empty where none was chosen
     * @return where the volume is and from where it is reached; the rest follows from claim and class
     */
    PersistentVolumeSpec create(PersistentVolumeClaim claim, StorageClass storageClass, Optional<Node> node)
            throws DriverFailure;

    /** Removes what is behind the volume; nothing where there is nothing any more. */
    void delete(PersistentVolume volume) throws DriverFailure;

    /** Makes the volume reachable for {@code node}. */
    void attach(PersistentVolume volume, String node) throws DriverFailure;

    /** Takes the volume from {@code node}; nothing where it has it not. */
    void detach(PersistentVolume volume, String node) throws DriverFailure;

    /**
     * Makes the volume at least as large as {@code size}.
     *
     * @return whether the node has to make the file system larger too
     */
    boolean expand(PersistentVolume volume, Quantity size) throws DriverFailure;

    /** Gives the volume what the parameters of a VolumeAttributesClass say. */
    void modify(PersistentVolume volume, Map<String, String> parameters) throws DriverFailure;
}
