package dev.jarbor.server.admission.network;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import java.util.Comparator;

/**
 * Gives an Ingress that names no class the default one; the newest where several are.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaultingressclass">DefaultIngressClass</a>
 */
public final class DefaultIngressClass implements Admission {
    private static final String OLD_CLASS = "kubernetes.io/ingress.class";
    private static final String MARK = "ingressclass.kubernetes.io/is-default-class";

    @Override
    public ObjectValue mutate(Review review) {
        ObjectValue ingress = review.object();
        if (!review.creates("networking.k8s.io", "ingresses")
                || ingress.object("spec").has("ingressClassName")
                || ingress.object("metadata").object("annotations").has(OLD_CLASS)) {
            return ingress;
        }
        return review.now().all("ingressclasses.networking.k8s.io").values().stream()
                .map(other -> other.object("metadata"))
                .filter(metadata -> metadata.object("annotations").string(MARK).equals("true"))
                .max(Comparator.comparing((ObjectValue metadata) -> metadata.string("creationTimestamp"))
                        .thenComparing(metadata -> metadata.string("name"), Comparator.reverseOrder()))
                .map(chosen -> ingress.update("spec", spec -> spec.with("ingressClassName", chosen.string("name"))))
                .orElse(ingress);
    }
}
