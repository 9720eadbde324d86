package dev.jarbor.server.admission.storage;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;

/**
 * Claims and volumes stay until nobody uses them any more: a finalizer says so, and a controller takes it away.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#storageobjectinuseprotection">StorageObjectInUseProtection</a>
 */
public final class StorageObjectInUseProtection implements Admission {
    @Override
    public ObjectValue mutate(Review review) {
        if (review.creates("", "persistentvolumeclaims")) {
            return protectedBy(review.object(), "kubernetes.io/pvc-protection");
        }
        if (review.creates("", "persistentvolumes")) {
            return protectedBy(review.object(), "kubernetes.io/pv-protection");
        }
        return review.creates("storage.k8s.io", "volumeattributesclasses")
                ? protectedBy(review.object(), "kubernetes.io/vac-protection")
                : review.object();
    }

    private static ObjectValue protectedBy(ObjectValue object, String finalizer) {
        ListValue present = object.object("metadata").list("finalizers");
        return present.strings().contains(finalizer)
                ? object
                : object.update("metadata", metadata -> metadata.with("finalizers", present.with(Value.of(finalizer))));
    }
}
