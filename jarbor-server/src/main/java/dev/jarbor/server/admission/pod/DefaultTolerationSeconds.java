package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import java.util.List;

/**
 * A pod tolerates a node that is not ready or cannot be reached for five minutes, unless it says otherwise.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds">DefaultTolerationSeconds</a>
 */
public final class DefaultTolerationSeconds implements Admission {
    private static final int SECONDS = 300;

    @Override
    public ObjectValue mutate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        if (!write || !review.isAbout("", "pods")) {
            return review.object();
        }
        ObjectValue pod = review.object();
        ListValue tolerations = pod.object("spec").list("tolerations");
        ListValue filled = tolerations;
        for (String taint : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
            filled = tolerates(filled, taint) ? filled : filled.with(toleration(taint));
        }
        ListValue all = filled;
        return all.size() == tolerations.size() ? pod : pod.update("spec", spec -> spec.with("tolerations", all));
    }

    private static boolean tolerates(ListValue tolerations, String taint) {
        return tolerations.objects().stream().anyMatch(toleration -> {
            String key = toleration.string("key");
            String effect = toleration.string("effect");
            return (key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"));
        });
    }

    private static ObjectValue toleration(String taint) {
        return ObjectValue.EMPTY
                .with("key", taint)
                .with("operator", "Exists")
                .with("effect", "NoExecute")
                .with("tolerationSeconds", SECONDS);
    }
}
