package dev.jarbor.server.admission.storage;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import java.util.Comparator;

/**
 * Gives a claim that names no storage class the default one; the newest where several are.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaultstorageclass">DefaultStorageClass</a>
 */
public final class DefaultStorageClass implements Admission {
    private static final String MARK = "storageclass.kubernetes.io/is-default-class";
    private static final String OLD_MARK = "storageclass.beta.kubernetes.io/is-default-class";
    private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

    @Override
    public ObjectValue mutate(Review review) {
        ObjectValue claim = review.object();
        if (!review.creates("", "persistentvolumeclaims")
                || claim.object("spec").has("storageClassName")
                || claim.object("metadata").object("annotations").has(OLD_CLASS)) {
            return claim;
        }
        return review.now().all("storageclasses.storage.k8s.io").values().stream()
                .filter(DefaultStorageClass::isDefault)
                .max(Comparator.comparing(
                                (ObjectValue other) -> other.object("metadata").string("creationTimestamp"))
                        .thenComparing(other -> other.object("metadata").string("name"), Comparator.reverseOrder()))
                .map(chosen -> claim.update(
                        "spec",
                        spec -> spec.with(
                                "storageClassName", chosen.object("metadata").string("name"))))
                .orElse(claim);
    }

    private static boolean isDefault(ObjectValue storageClass) {
        ObjectValue annotations = storageClass.object("metadata").object("annotations");
        return annotations.string(MARK).equals("true")
                || annotations.string(OLD_MARK).equals("true");
    }
}
