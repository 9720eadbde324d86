package dev.jarbor.server.admission.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a node, that is a kubelet, to what is its own: its Node, the pods bound to it, its lease.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction">NodeRestriction</a>
 */
public final class NodeRestriction implements Admission {
    private static final String LEASES = "kube-node-lease";

    private final NodeTokens tokens;

    public NodeRestriction(Authorizer authorizer) {
        this.tokens = new NodeTokens(authorizer);
    }

    @Override
    public ObjectValue mutate(Review review) {
        Optional<String> node = NodeIdentity.of(review.user());
        if (node.isPresent() && review.operation() != Operation.CONNECT) {
            if (node.get().isEmpty()) {
                throw Refusal.forbidden(
                        review,
                        "could not determine node from user "
                                + GoText.quote(review.user().name()));
            }
            admit(review, node.get());
        }
        return review.object();
    }

    private void admit(Review review, String node) {
        switch (review.resource().groupResource().toString()) {
            case "pods" -> pod(review, node);
            case "nodes" -> node(review, node);
            case "persistentvolumeclaims" -> claim(review, node);
            case "serviceaccounts" -> {
                if (review.operation() == Operation.CREATE
                        && review.subresource().equals("token")) {
                    tokens.check(review, node);
                }
            }
            case "leases.coordination.k8s.io" -> lease(review, node);
            case "csinodes.storage.k8s.io" -> {
                if (!name(review).equals(node)) {
                    throw Refusal.forbidden(
                            review, "can only access CSINode with the same name as the requesting node");
                }
            }
            case "resourceslices.resource.k8s.io" -> slice(review, node);
            case "certificatesigningrequests.certificates.k8s.io" -> NodeRequests.check(review, node);
            default -> {}
        }
    }

    private static void pod(Review review, String node) {
        switch (review.subresource()) {
            case "" -> {
                switch (review.operation()) {
                    case CREATE -> MirrorPods.check(review, node);
                    case DELETE -> {
                        if (!isBound(review.before(), node)) {
                            throw Refusal.forbidden(
                                    review,
                                    "node " + GoText.quote(node)
                                            + " can only delete pods with spec.nodeName set to itself");
                        }
                    }
                    case UPDATE, CONNECT ->
                        throw Refusal.forbidden(
                                review,
                                "unexpected operation "
                                        + GoText.quote(review.operation().name()) + ", node " + GoText.quote(node)
                                        + " can only create and delete mirror pods");
                }
            }
            case "status" -> podStatus(review, node);
            case "eviction" -> {
                if (!isBound(stored(review), node)) {
                    throw Refusal.forbidden(
                            review, "node " + node + " can only evict pods with spec.nodeName set to itself");
                }
            }
            default ->
                throw Refusal.forbidden(
                        review,
                        "unexpected pod subresource " + GoText.quote(review.subresource())
                                + ", only 'status' and 'eviction' are allowed");
        }
    }

    private static ObjectValue stored(Review review) {
        return review.now()
                .get("pods", review.key())
                .orElseThrow(() -> ApiException.notFound(
                        new GroupResource("", "pods"), review.key().name()));
    }

    private static boolean isBound(ObjectValue pod, String node) {
        return pod.object("spec").string("nodeName").equals(node);
    }

    private static void podStatus(Review review, String node) {
        ObjectValue before = review.before();
        ObjectValue after = review.object();
        String subject = "node " + GoText.quote(node);
        if (!isBound(before, node)) {
            throw Refusal.forbidden(
                    review, subject + " can only update pod status for pods with spec.nodeName set to itself");
        }
        if (!before.object("metadata")
                .object("labels")
                .equals(after.object("metadata").object("labels"))) {
            throw Refusal.forbidden(review, subject + " cannot update labels through pod status");
        }
        if (!before.object("status")
                .list("resourceClaimStatuses")
                .equals(after.object("status").list("resourceClaimStatuses"))) {
            throw Refusal.forbidden(review, subject + " cannot update resource claim statues");
        }
    }

    private static void node(Review review, String node) {
        String subject = "node " + GoText.quote(node);
        if (!name(review).equals(node)) {
            throw Refusal.forbidden(review, subject + " is not allowed to modify node " + GoText.quote(name(review)));
        }
        if (review.operation() == Operation.DELETE) {
            return;
        }
        ObjectValue before = review.before();
        ObjectValue spec = review.object().object("spec");
        List<String> labels = NodeLabels.forbidden(before, review.object());
        if (review.operation() == Operation.CREATE) {
            if (spec.has("configSource")) {
                throw Refusal.forbidden(review, subject + " is not allowed to create pods with a non-nil configSource");
            }
            if (!labels.isEmpty()) {
                throw Refusal.forbidden(
                        review, subject + " is not allowed to set the following labels: " + String.join(", ", labels));
            }
            return;
        }
        if (spec.has("configSource")
                && !spec.object("configSource").equals(before.object("spec").object("configSource"))) {
            throw Refusal.forbidden(
                    review, subject + " is not allowed to update configSource to a new non-nil configSource");
        }
        if (!spec.list("taints").equals(before.object("spec").list("taints"))) {
            throw Refusal.forbidden(review, subject + " is not allowed to modify taints");
        }
        if (!labels.isEmpty()) {
            throw Refusal.forbidden(review, "is not allowed to modify labels: " + String.join(", ", labels));
        }
        if (!before.object("metadata")
                .list("ownerReferences")
                .equals(review.object().object("metadata").list("ownerReferences"))) {
            throw Refusal.forbidden(review, subject + " is not allowed to modify ownerReferences");
        }
    }

    private static void claim(Review review, String node) {
        if (!review.subresource().equals("status")) {
            throw Refusal.forbidden(review, "may only update PVC status");
        }
        if (!comparable(review.before()).equals(comparable(review.object()))) {
            throw Refusal.forbidden(
                    review,
                    "node " + GoText.quote(node)
                            + " is not allowed to update fields other than status.capacity and status.conditions");
        }
    }

    /** A claim without what a node may change. */
    private static ObjectValue comparable(ObjectValue claim) {
        return claim.update(
                        "metadata",
                        metadata -> metadata.without("resourceVersion").without("managedFields"))
                .update(
                        "status",
                        status -> status.without("capacity")
                                .without("conditions")
                                .without("allocatedResources")
                                .without("allocatedResourceStatuses"));
    }

    private static void lease(Review review, String node) {
        if (!review.key().namespace().equals(LEASES)) {
            throw Refusal.forbidden(
                    review, "can only access leases in the " + GoText.quote(LEASES) + " system namespace");
        }
        if (!name(review).equals(node)) {
            throw Refusal.forbidden(review, "can only access node lease with the same name as the requesting node");
        }
    }

    /** Updates are left to authorisation: a slice never changes its node. */
    private static void slice(Review review, String node) {
        boolean creates = review.operation() == Operation.CREATE;
        boolean own = review.subject().object("spec").string("nodeName").equals(node);
        if (!own && (creates || review.operation() == Operation.DELETE)) {
            throw Refusal.forbidden(
                    review,
                    "can only " + (creates ? "create" : "delete")
                            + " ResourceSlice with the same NodeName as the requesting node");
        }
    }

    private static String name(Review review) {
        ObjectKey key = review.key();
        return key.name().isEmpty() ? review.object().object("metadata").string("name") : key.name();
    }
}
