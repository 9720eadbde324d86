package dev.jarbor.server.admission.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;

/** Changes of pods that have a node. */
final class BoundPods {
    private BoundPods() {}

    /** Whether what is wanted of a bound pod is changed. */
    static boolean isChanged(Review review) {
        ObjectValue spec = review.object().object("spec");
        return review.operation() == Operation.UPDATE
                && review.resource().is("", "pods")
                && !spec.string("nodeName").isEmpty()
                && !spec.equals(review.before().object("spec"));
    }

    /** The node that the pod is bound to; a refusal where it is not there. */
    static ObjectValue node(Review review) {
        String name = review.object().object("spec").string("nodeName");
        return review.now()
                .get("nodes", ObjectKey.cluster(name))
                .orElseThrow(() -> Refusal.forbidden(review, "node " + GoText.quote(name) + " not found"));
    }
}
