package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import java.util.Comparator;

/**
 * Gives a claim that names no storage class the default one; the newest where several are.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaultstorageclass">DefaultStorageClass</a>
 */
final class DefaultStorageClass implements Admission {
    private static final String MARK = "storageclass.kubernetes.io/is-default-class";

    @Override
    public ObjectValue mutate(Review review) {
        ObjectValue claim = review.object();
        if (!review.creates("", "persistentvolumeclaims")
                || claim.object("spec").has("storageClassName")) {
            return claim;
        }
        return review.now().all("storageclasses.storage.k8s.io").values().stream()
                .filter(other -> other.object("metadata")
                        .object("annotations")
                        .string(MARK)
                        .equals("true"))
                .max(Comparator.comparing(
                                (ObjectValue other) -> other.object("metadata").string("creationTimestamp"))
                        .thenComparing(other -> other.object("metadata").string("name"), Comparator.reverseOrder()))
                .map(chosen -> claim.update(
                        "spec",
                        spec -> spec.with(
                                "storageClassName", chosen.object("metadata").string("name"))))
                .orElse(claim);
    }
}
