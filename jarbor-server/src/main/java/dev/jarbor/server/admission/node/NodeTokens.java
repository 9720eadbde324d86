package dev.jarbor.server.admission.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import java.util.List;

/** A node asks for tokens only for the pods that run on it, and for audiences that those pods name. */
final class NodeTokens {
    private final Authorizer authorizer;

    NodeTokens(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    void check(Review review, String node) {
        ObjectValue spec = review.object().object("spec");
        ObjectValue bound = spec.object("boundObjectRef");
        boolean toPod = bound.string("apiVersion").equals("v1")
                && bound.string("kind").equals("Pod")
                && !bound.string("name").isEmpty();
        if (!toPod) {
            throw Refusal.forbidden(review, "node requested token not bound to a pod");
        }
        String uid = bound.string("uid");
        if (uid.isEmpty()) {
            throw Refusal.forbidden(review, "node requested token with a pod binding without a uid");
        }
        ObjectValue pod = review.now()
                .get("pods", new ObjectKey(review.key().namespace(), bound.string("name")))
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "pods"), bound.string("name")));
        if (!uid.equals(pod.object("metadata").string("uid"))) {
            throw Refusal.forbidden(
                    review,
                    "the UID in the bound object reference (" + uid
                            + ") does not match the UID in record. The object might have been deleted and then"
                            + " recreated");
        }
        if (!pod.object("spec").string("nodeName").equals(node)) {
            throw Refusal.forbidden(review, "node requested token bound to a pod scheduled on a different node");
        }
        audience(review, pod, spec.list("audiences").strings());
    }

    private void audience(Review review, ObjectValue pod, List<String> audiences) {
        if (audiences.size() > 1) {
            throw Refusal.forbidden(review, "node may only request 0 or 1 audiences");
        }
        String audience = audiences.isEmpty() ? "" : audiences.getFirst();
        if (isProjected(pod, audience) || isOfDriver(review, pod, audience) || mayAsk(review, audience)) {
            return;
        }
        throw Refusal.forbidden(
                review,
                "audience " + GoText.quote(audience) + " not found in pod spec volume, "
                        + review.user().name() + " is not authorized to request tokens for this audience");
    }

    private static boolean isProjected(ObjectValue pod, String audience) {
        return pod.object("spec").list("volumes").objects().stream()
                .flatMap(volume -> volume.object("projected").list("sources").objects().stream())
                .filter(source -> source.has("serviceAccountToken"))
                .anyMatch(source ->
                        source.object("serviceAccountToken").string("audience").equals(audience));
    }

    /** The driver of a volume may be given tokens of the pod that mounts it. */
    private static boolean isOfDriver(Review review, ObjectValue pod, String audience) {
        return pod.object("spec").list("volumes").objects().stream()
                .map(volume -> volume.object("csi").string("driver"))
                .filter(driver -> !driver.isEmpty())
                .map(driver -> review.now()
                        .get("csidrivers.storage.k8s.io", ObjectKey.cluster(driver))
                        .orElse(ObjectValue.EMPTY))
                .flatMap(driver -> driver.object("spec").list("tokenRequests").objects().stream())
                .anyMatch(request -> request.string("audience").equals(audience));
    }

    private boolean mayAsk(Review review, String audience) {
        return authorizer
                .decide(new Attributes(
                        review.user(),
                        "request-serviceaccounts-token-audience",
                        "",
                        "v1",
                        audience,
                        "",
                        review.key().namespace(),
                        review.key().name(),
                        ""))
                .allowed();
    }
}
