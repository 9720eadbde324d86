package dev.jarbor.server.admission.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.admission.pod.PodReferences;
import java.util.List;

/**
 * A node creates no pods but the images of those that it runs by itself; they own nothing of the cluster's and belong to
 * the node.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/">Static Pods</a>
 */
final class MirrorPods {
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private MirrorPods() {}

    static void check(Review review, String node) {
        String subject = "node " + GoText.quote(node);
        ObjectValue metadata = review.object().object("metadata");
        ObjectValue spec = review.object().object("spec");
        if (!metadata.object("annotations").has(MIRROR)) {
            throw Refusal.forbidden(
                    review,
                    "pod does not have " + GoText.quote(MIRROR) + " annotation, " + subject
                            + " can only create mirror pods");
        }
        if (!spec.string("nodeName").equals(node)) {
            throw Refusal.forbidden(review, subject + " can only create pods with spec.nodeName set to itself");
        }
        owner(review, node, metadata.list("ownerReferences").objects());
        if (!spec.string("serviceAccountName").isEmpty()) {
            throw Refusal.forbidden(review, subject + " can not create pods that reference a service account");
        }
        refuse(review, subject, "secrets", PodReferences.hasSecrets(spec));
        refuse(review, subject, "configmaps", PodReferences.hasConfigMaps(spec));
        refuse(review, subject, "clustertrustbundles", PodReferences.projects(spec, "clusterTrustBundle"));
        refuse(review, subject, "persistentvolumeclaims", PodReferences.hasVolume(spec, "persistentVolumeClaim"));
        refuse(review, subject, "resourceclaims", !spec.list("resourceClaims").isEmpty());
    }

    private static void refuse(Review review, String subject, String what, boolean refers) {
        if (refers) {
            throw Refusal.forbidden(review, subject + " can not create pods that reference " + what);
        }
    }

    private static void owner(Review review, String node, List<ObjectValue> owners) {
        String subject = "node " + GoText.quote(node);
        if (owners.size() > 1) {
            throw Refusal.forbidden(
                    review, subject + " can only create pods with a single owner reference set to itself");
        }
        ObjectValue owner = owners.isEmpty() ? ObjectValue.EMPTY : owners.getFirst();
        boolean own = owner.string("apiVersion").equals("v1")
                && owner.string("kind").equals("Node")
                && owner.string("name").equals(node);
        if (!own) {
            throw Refusal.forbidden(review, subject + " can only create pods with an owner reference set to itself");
        }
        if (!owner.bool("controller")) {
            throw Refusal.forbidden(
                    review, subject + " can only create pods with a controller owner reference set to itself");
        }
        if (owner.bool("blockOwnerDeletion")) {
            throw Refusal.forbidden(review, subject + " must not set blockOwnerDeletion on an owner reference");
        }
        String uid = review.now()
                .get("nodes", ObjectKey.cluster(node))
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "nodes"), node))
                .object("metadata")
                .string("uid");
        if (!owner.string("uid").equals(uid)) {
            throw Refusal.forbidden(
                    review, "node " + node + " UID mismatch: expected " + owner.string("uid") + " got " + uid);
        }
    }
}
