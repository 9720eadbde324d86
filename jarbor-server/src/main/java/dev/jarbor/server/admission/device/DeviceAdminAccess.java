package dev.jarbor.server.admission.device;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import java.util.List;

/**
 * Devices that somebody else uses can be reached for administration only from namespaces that are labelled for it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#admin-access">Admin
 *     access</a>
 */
public final class DeviceAdminAccess implements Admission {
    private static final String GROUP = "resource.k8s.io";
    private static final String LABEL = "resource.kubernetes.io/admin-access";
    private static final FieldPath REQUESTS = FieldPath.of("spec", "devices", "requests");
    private static final FieldPath RESULTS = FieldPath.of("status", "allocation", "devices", "results");

    @Override
    public void validate(Review review) {
        if (review.creates(GROUP, "resourceclaims")) {
            requests(review, review.object().object("spec"));
        } else if (review.creates(GROUP, "resourceclaimtemplates")) {
            // The reference names the fields of the claim here too.
            requests(review, review.object().object("spec").object("spec"));
        } else if (review.operation() == Operation.UPDATE
                && review.resource().is(GROUP, "resourceclaims")
                && review.subresource().equals("status")) {
            results(review);
        }
    }

    private static void requests(Review review, ObjectValue claim) {
        List<ObjectValue> requests = claim.object("devices").list("requests").objects();
        for (int i = 0; i < requests.size(); i++) {
            if (requests.get(i).object("exactly").bool("adminAccess")) {
                require(review, REQUESTS.index(i).child("adminAccess"));
                return;
            }
        }
    }

    private static void results(Review review) {
        List<ObjectValue> old = results(review.before());
        List<ObjectValue> results = results(review.object());
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).bool("adminAccess") && !old.contains(results.get(i))) {
                require(review, RESULTS.index(i).child("adminAccess"));
                return;
            }
        }
    }

    private static List<ObjectValue> results(ObjectValue claim) {
        return claim.object("status")
                .object("allocation")
                .object("devices")
                .list("results")
                .objects();
    }

    private static void require(Review review, FieldPath at) {
        boolean labelled = review.now()
                .get("namespaces", ObjectKey.cluster(review.key().namespace()))
                .map(namespace -> namespace.object("metadata").object("labels"))
                .filter(labels -> labels.string(LABEL).equals("true"))
                .isPresent();
        if (!labelled) {
            throw ApiException.invalid(
                    review.resource().groupKind(),
                    review.object().object("metadata").string("name"),
                    List.of(FieldError.forbidden(
                            at,
                            "admin access to devices requires the `" + LABEL
                                    + ": true` label on the containing namespace")));
        }
    }
}
