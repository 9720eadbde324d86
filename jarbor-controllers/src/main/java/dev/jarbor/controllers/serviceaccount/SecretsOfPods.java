package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which Secrets a pod names, in whatever place: to pull images, in variables of its containers, and for its volumes. */
final class SecretsOfPods {
    private static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");
    /** Kinds of volumes that name a Secret as {@code secretRef.name}. */
    private static final List<String> BY_REFERENCE =
            List.of("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos");

    private SecretsOfPods() {}

    static Set<String> of(Pod pod) {
        var names = new TreeSet<String>();
        ObjectValue spec = pod.value().object("spec");
        spec.list("imagePullSecrets").objects().forEach(reference -> names.add(reference.string("name")));
        for (String field : CONTAINERS) {
            spec.list(field).objects().forEach(container -> addVariables(container, names));
        }
        spec.list("volumes").objects().forEach(volume -> addVolume(volume, names));
        names.remove("");
        return names;
    }

    private static void addVariables(ObjectValue container, Set<String> names) {
        container
                .list("envFrom")
                .objects()
                .forEach(source -> names.add(source.object("secretRef").string("name")));
        container
                .list("env")
                .objects()
                .forEach(variable -> names.add(
                        variable.object("valueFrom").object("secretKeyRef").string("name")));
    }

    private static void addVolume(ObjectValue volume, Set<String> names) {
        names.add(volume.object("secret").string("secretName"));
        names.add(volume.object("azureFile").string("secretName"));
        names.add(volume.object("csi").object("nodePublishSecretRef").string("name"));
        BY_REFERENCE.forEach(
                kind -> names.add(volume.object(kind).object("secretRef").string("name")));
        volume.object("projected")
                .list("sources")
                .objects()
                .forEach(source -> names.add(source.object("secret").string("name")));
    }
}
