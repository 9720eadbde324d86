package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** Which other objects of the cluster a pod's spec refers to. */
public final class PodReferences {
    /** Volume sources that name a secret for their own sake, with the field that does. */
    private static final List<String> WITH_SECRET_REF =
            List.of("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos");

    private PodReferences() {}

    public static boolean hasSecrets(ObjectValue spec) {
        return !spec.list("imagePullSecrets").isEmpty()
                || inContainers(spec, "secretKeyRef", "secretRef")
                || projects(spec, "secret")
                || spec.list("volumes").objects().stream().anyMatch(PodReferences::isSecret);
    }

    private static boolean isSecret(ObjectValue volume) {
        return volume.has("secret")
                || !volume.object("azureFile").string("secretName").isEmpty()
                || volume.object("csi").has("nodePublishSecretRef")
                || WITH_SECRET_REF.stream()
                        .anyMatch(source -> volume.object(source).has("secretRef"));
    }

    public static boolean hasConfigMaps(ObjectValue spec) {
        return inContainers(spec, "configMapKeyRef", "configMapRef")
                || projects(spec, "configMap")
                || hasVolume(spec, "configMap");
    }

    /** Whether a volume of the pod is of {@code source}. */
    public static boolean hasVolume(ObjectValue spec, String source) {
        return spec.list("volumes").objects().stream().anyMatch(volume -> volume.has(source));
    }

    /** Whether a projected volume of the pod takes from {@code source}. */
    public static boolean projects(ObjectValue spec, String source) {
        return spec.list("volumes").objects().stream()
                .flatMap(volume -> volume.object("projected").list("sources").objects().stream())
                .anyMatch(projection -> projection.has(source));
    }

    private static boolean inContainers(ObjectValue spec, String key, String all) {
        return PodSpecs.containers(spec).stream()
                .anyMatch(container -> container.list("env").objects().stream()
                                .anyMatch(
                                        variable -> variable.object("valueFrom").has(key))
                        || container.list("envFrom").objects().stream().anyMatch(source -> source.has(all)));
    }
}
