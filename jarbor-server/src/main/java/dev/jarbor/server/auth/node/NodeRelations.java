package dev.jarbor.server.auth.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.store.Snapshot;
import java.util.List;

/**
 * What a node has to do with other objects, read from one state of the cluster: pods on it, and what those use.
 *
 * <pre>
 * node ← pod ← serviceaccount | secret | configmap | resourceclaim
 *            ← persistentvolumeclaim ← persistentvolume ← secret
 * node ← volumeattachment | resourceslice | podcertificaterequest
 * </pre>
 *
 * <p>Nothing is kept between questions: a question costs a pass over the pods of one namespace.
 */
final class NodeRelations {
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private final Snapshot now;
    private final String node;

    NodeRelations(Snapshot now, String node) {
        this.now = now;
        this.node = node;
    }

    /** Whether the object that {@code asked} names belongs to the node. */
    boolean reach(Attributes asked) {
        String namespace = asked.namespace();
        String name = asked.name();
        return switch (asked.resource()) {
            case "pods" -> names("pods", namespace, name, "spec", "nodeName");
            case "serviceaccounts" -> usedByPod(namespace, pod -> PodReferences.account(pod, name));
            case "secrets" ->
                usedByPod(namespace, pod -> PodReferences.secret(pod, name)) || usedByVolume(namespace, name);
            case "configmaps" -> usedByPod(namespace, pod -> PodReferences.configMap(pod, name));
            case "persistentvolumeclaims" -> claimed(namespace, name);
            case "resourceclaims" -> usedByPod(namespace, pod -> PodReferences.resourceClaim(pod, name));
            case "persistentvolumes" ->
                now.get("persistentvolumes", ObjectKey.cluster(name))
                        .filter(this::mounted)
                        .isPresent();
            case "volumeattachments" -> names("volumeattachments.storage.k8s.io", "", name, "spec", "nodeName");
            case "resourceslices" -> names("resourceslices.resource.k8s.io", "", name, "spec", "nodeName");
            case "podcertificaterequests" ->
                names("podcertificaterequests.certificates.k8s.io", namespace, name, "spec", "nodeName");
            default -> false;
        };
    }

    private boolean names(String storage, String namespace, String name, String part, String field) {
        return now.get(storage, new ObjectKey(namespace, name))
                .filter(found -> found.object(part).string(field).equals(node))
                .isPresent();
    }

    /** A use of an object by a pod. */
    private interface Use {
        boolean by(ObjectValue pod);
    }

    private boolean usedByPod(String namespace, Use use) {
        for (ObjectValue pod : now.in("pods", namespace).values()) {
            // A node writes its mirror pods itself: they must not open anything to it.
            boolean counts = pod.object("spec").string("nodeName").equals(node)
                    && !pod.object("metadata").object("annotations").has(MIRROR);
            if (counts && use.by(pod)) {
                return true;
            }
        }
        return false;
    }

    private boolean claimed(String namespace, String claim) {
        return usedByPod(namespace, pod -> PodReferences.claim(pod, claim));
    }

    private boolean mounted(ObjectValue volume) {
        ObjectValue claim = volume.object("spec").object("claimRef");
        return !claim.isEmpty() && claimed(claim.string("namespace"), claim.string("name"));
    }

    private boolean usedByVolume(String namespace, String secret) {
        for (ObjectValue volume : now.all("persistentvolumes").values()) {
            if (namesSecret(volume.object("spec"), namespace, secret) && mounted(volume)) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesSecret(ObjectValue spec, String namespace, String secret) {
        String home = spec.object("claimRef").string("namespace");
        ObjectValue azure = spec.object("azureFile");
        if (azure.string("secretName").equals(secret)) {
            String said = azure.string("secretNamespace");
            return (said.isEmpty() ? home : said).equals(namespace);
        }
        for (String plugin : List.of("cephfs", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos")) {
            if (isReference(spec.object(plugin).object("secretRef"), home, namespace, secret)) {
                return true;
            }
        }
        ObjectValue csi = spec.object("csi");
        return isReference(csi.object("nodePublishSecretRef"), home, namespace, secret)
                || isReference(csi.object("nodeStageSecretRef"), home, namespace, secret)
                || isReference(csi.object("nodeExpandSecretRef"), home, namespace, secret);
    }

    private static boolean isReference(ObjectValue reference, String home, String namespace, String name) {
        String said = reference.string("namespace");
        return reference.string("name").equals(name) && (said.isEmpty() ? home : said).equals(namespace);
    }
}
