package dev.jarbor.server.auth.node;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** What a pod's spec names: pure questions to one pod. */
final class PodReferences {
    private static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    private PodReferences() {}

    static boolean account(ObjectValue pod, String name) {
        return pod.object("spec").string("serviceAccountName").equals(name);
    }

    static boolean secret(ObjectValue pod, String name) {
        ObjectValue spec = pod.object("spec");
        for (ObjectValue reference : spec.list("imagePullSecrets").objects()) {
            if (reference.string("name").equals(name)) {
                return true;
            }
        }
        return environment(spec, "secretRef", "secretKeyRef", name) || volumeSecret(spec, name);
    }

    static boolean configMap(ObjectValue pod, String name) {
        ObjectValue spec = pod.object("spec");
        if (environment(spec, "configMapRef", "configMapKeyRef", name)) {
            return true;
        }
        for (ObjectValue volume : spec.list("volumes").objects()) {
            if (volume.object("configMap").string("name").equals(name) || projected(volume, "configMap", name)) {
                return true;
            }
        }
        return false;
    }

    /** Claims are named, or made for the pod under the pod's name and the volume's. */
    static boolean claim(ObjectValue pod, String name) {
        String own = pod.object("metadata").string("name");
        for (ObjectValue volume : pod.object("spec").list("volumes").objects()) {
            boolean made = volume.has("ephemeral") && (own + "-" + volume.string("name")).equals(name);
            if (made
                    || volume.object("persistentVolumeClaim")
                            .string("claimName")
                            .equals(name)) {
                return true;
            }
        }
        return false;
    }

    static boolean resourceClaim(ObjectValue pod, String name) {
        ObjectValue status = pod.object("status");
        for (ObjectValue claim : pod.object("spec").list("resourceClaims").objects()) {
            if (claim.string("resourceClaimName").equals(name)) {
                return true;
            }
        }
        for (ObjectValue made : status.list("resourceClaimStatuses").objects()) {
            if (made.string("resourceClaimName").equals(name)) {
                return true;
            }
        }
        return status.object("extendedResourceClaimStatus")
                .string("resourceClaimName")
                .equals(name);
    }

    private static boolean environment(ObjectValue spec, String whole, String key, String name) {
        for (String list : CONTAINERS) {
            for (ObjectValue container : spec.list(list).objects()) {
                for (ObjectValue source : container.list("envFrom").objects()) {
                    if (source.object(whole).string("name").equals(name)) {
                        return true;
                    }
                }
                for (ObjectValue variable : container.list("env").objects()) {
                    if (variable.object("valueFrom").object(key).string("name").equals(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean volumeSecret(ObjectValue spec, String name) {
        for (ObjectValue volume : spec.list("volumes").objects()) {
            if (volume.object("secret").string("secretName").equals(name)
                    || volume.object("azureFile").string("secretName").equals(name)
                    || volume.object("csi")
                            .object("nodePublishSecretRef")
                            .string("name")
                            .equals(name)
                    || projected(volume, "secret", name)) {
                return true;
            }
            for (String plugin : List.of("cephfs", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos")) {
                if (volume.object(plugin).object("secretRef").string("name").equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean projected(ObjectValue volume, String kind, String name) {
        for (ObjectValue source : volume.object("projected").list("sources").objects()) {
            if (source.object(kind).string("name").equals(name)) {
                return true;
            }
        }
        return false;
    }
}
