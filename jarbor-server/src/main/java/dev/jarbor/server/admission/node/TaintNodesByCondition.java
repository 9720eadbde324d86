package dev.jarbor.server.admission.node;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;

/**
 * A new node takes no pods until somebody has found it ready.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#taintnodesbycondition">TaintNodesByCondition</a>
 */
public final class TaintNodesByCondition implements Admission {
    private static final ObjectValue NOT_READY =
            ObjectValue.EMPTY.with("key", "node.kubernetes.io/not-ready").with("effect", "NoSchedule");

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "nodes")) {
            return review.object();
        }
        ListValue taints = review.object().object("spec").list("taints");
        boolean present = taints.objects().stream()
                .anyMatch(taint -> taint.string("key").equals(NOT_READY.string("key"))
                        && taint.string("effect").equals(NOT_READY.string("effect")));
        return present
                ? review.object()
                : review.object().update("spec", spec -> spec.with("taints", taints.with(NOT_READY)));
    }
}
