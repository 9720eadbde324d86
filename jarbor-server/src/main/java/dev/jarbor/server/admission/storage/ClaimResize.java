package dev.jarbor.server.admission.storage;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;

/**
 * A claim grows only when it is bound and its class allows it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#persistentvolumeclaimresize">PersistentVolumeClaimResize</a>
 */
public final class ClaimResize implements Admission {
    private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

    @Override
    public void validate(Review review) {
        if (review.operation() != Operation.UPDATE || !review.isAbout("", "persistentvolumeclaims")) {
            return;
        }
        ObjectValue before = review.before();
        if (size(review.object()).compareTo(size(before)) <= 0) {
            return;
        }
        if (!before.object("status").string("phase").equals("Bound")) {
            throw Refusal.forbidden(review, "Only bound persistent volume claims can be expanded");
        }
        String storageClass = storageClass(review.object());
        boolean allowed = !storageClass.isEmpty()
                && storageClass.equals(storageClass(before))
                && review.now()
                        .get("storageclasses.storage.k8s.io", ObjectKey.cluster(storageClass))
                        .orElse(ObjectValue.EMPTY)
                        .bool("allowVolumeExpansion");
        if (!allowed) {
            throw Refusal.forbidden(
                    review,
                    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
                            + " support resize");
        }
    }

    private static Quantity size(ObjectValue claim) {
        return Quantity.read(
                claim.object("spec").object("resources").object("requests").valueOrNull("storage"));
    }

    private static String storageClass(ObjectValue claim) {
        String old = claim.object("metadata").object("annotations").string(OLD_CLASS);
        return old.isEmpty() ? claim.object("spec").string("storageClassName") : old;
    }
}
