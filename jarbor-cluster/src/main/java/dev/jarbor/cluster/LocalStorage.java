package dev.jarbor.cluster;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.node.localvolume.LocalVolumes;
import dev.jarbor.node.volume.VolumeFolders;
import dev.jarbor.runtime.Runtime;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Storage that needs nothing but the nodes: the default class {@code local-path}, as users of small clusters know it, and who
 * makes its volumes.
 */
final class LocalStorage {
    /** The name under which manifests written for other small clusters ask for it. */
    static final String CLASS = "local-path";

    private LocalStorage() {}

    /** Writes the class where there is none of that name; what its administrator made of it stays. */
    static void publish(ControlPlane plane) {
        StorageClass wanted = StorageClass.named(CLASS);
        try {
            plane.as("local-path-provisioner")
                    .create(
                            StorageClass.KIND,
                            wanted.withMetadata(wanted.metadata()
                                            .withAnnotations(
                                                    Map.of("storageclass.kubernetes.io/is-default-class", "true")))
                                    .withProvisioner(LocalVolumes.PROVISIONER)
                                    .withReclaimPolicy("Delete")
                                    .withAllowVolumeExpansion(true)
                                    .withVolumeBindingMode("WaitForFirstConsumer"));
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                throw refused;
            }
        }
    }

    /** Starts what makes volumes, and larger ones of them, in {@code folders} of the nodes whose names are {@code served}. */
    static LocalVolumes start(ControlPlane plane, Predicate<String> served, VolumeFolders folders) {
        Runtime runtime = plane.runtime();
        Api api = plane.as("local-path-provisioner");
        var volumes = new LocalVolumes(
                api,
                plane.informers(),
                runtime,
                component -> new ApiEventRecorder(api, runtime, component),
                served,
                folders);
        volumes.start();
        return volumes;
    }
}
