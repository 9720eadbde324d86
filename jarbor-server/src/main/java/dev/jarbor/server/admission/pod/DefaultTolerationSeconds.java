package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;

/**
 * A pod tolerates a node that is not ready or cannot be reached for a while, unless it says otherwise.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds">DefaultTolerationSeconds</a>
 */
public final class DefaultTolerationSeconds implements Admission {
    private final AdmissionSettings.Tolerated tolerated;

    public DefaultTolerationSeconds(AdmissionSettings.Tolerated tolerated) {
        this.tolerated = tolerated;
    }

    @Override
    public ObjectValue mutate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        if (!write || !review.isAbout("", "pods")) {
            return review.object();
        }
        ObjectValue pod = review.object();
        ListValue tolerations = pod.object("spec").list("tolerations");
        ListValue all = tolerating(
                tolerating(tolerations, "node.kubernetes.io/not-ready", tolerated.notReady()),
                "node.kubernetes.io/unreachable",
                tolerated.unreachable());
        return all.size() == tolerations.size() ? pod : pod.update("spec", spec -> spec.with("tolerations", all));
    }

    private static ListValue tolerating(ListValue tolerations, String taint, int seconds) {
        return tolerates(tolerations, taint) ? tolerations : tolerations.with(toleration(taint, seconds));
    }

    private static boolean tolerates(ListValue tolerations, String taint) {
        return tolerations.objects().stream().anyMatch(toleration -> {
            String key = toleration.string("key");
            String effect = toleration.string("effect");
            return (key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"));
        });
    }

    private static ObjectValue toleration(String taint, int seconds) {
        return ObjectValue.EMPTY
                .with("key", taint)
                .with("operator", "Exists")
                .with("effect", "NoExecute")
                .with("tolerationSeconds", seconds);
    }
}
