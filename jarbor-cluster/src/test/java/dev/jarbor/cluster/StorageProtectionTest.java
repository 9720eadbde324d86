package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ObjectValue;
import org.junit.jupiter.api.Test;

/** Server and controllers together: claims and volumes stay while they are used, and no longer. */
class StorageProtectionTest {
    private final SimulatedControlPlane cluster = new SimulatedControlPlane();

    @Test
    void aClaimStaysUntilThePodThatMountsItIsGone() {
        cluster.create(
                "core/persistentvolumeclaims",
                "metadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
        cluster.create(
                "core/pods",
                "metadata: {name: web}\nspec: {nodeName: node-1, containers: [{name: c, image: nginx}], volumes: [{name: v,"
                        + " persistentVolumeClaim: {claimName: data}}]}");
        cluster.delete("core/persistentvolumeclaims/data");
        ObjectValue going = cluster.get("core/persistentvolumeclaims/data").object("metadata");
        assertThat(going.has("deletionTimestamp")).isTrue();

        cluster.delete("core/pods/web");
        assertThatThrownBy(() -> cluster.get("core/persistentvolumeclaims/data"))
                .hasMessage("persistentvolumeclaims \"data\" not found");
    }

    @Test
    void aVolumeStaysUntilItIsBoundNoLonger() {
        cluster.create(
                "core/persistentvolumes",
                "metadata: {name: v}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /v}}");
        cluster.create(
                "core/persistentvolumeclaims",
                "metadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
        cluster.settle();
        cluster.delete("core/persistentvolumes/v");
        ObjectValue going = cluster.get("core/persistentvolumes/v");
        assertThat(going.object("metadata").has("deletionTimestamp")).isTrue();

        cluster.delete("core/persistentvolumeclaims/data");
        assertThatThrownBy(() -> cluster.get("core/persistentvolumes/v"))
                .hasMessage("persistentvolumes \"v\" not found");
    }
}
