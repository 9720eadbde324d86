package dev.jarbor.server.admission.namespace;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Nothing is created in a namespace that does not exist or is going, and the namespaces that a cluster cannot be without
 * stay.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle">NamespaceLifecycle</a>
 */
public final class NamespaceLifecycle implements Admission {
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final boolean mayBeMissing;

    /**
     * @param mayBeMissing whether another step makes the namespaces that objects are created in
     */
    public NamespaceLifecycle(boolean mayBeMissing) {
        this.mayBeMissing = mayBeMissing;
    }

    /** Before everything else, so that no other step runs for an object that has nowhere to be. */
    @Override
    public ObjectValue mutate(Review review) {
        if (review.operation() == Operation.DELETE) {
            refuseEnd(review);
        } else if (review.resource().namespaced()) {
            requireNamespace(review);
        }
        return review.object();
    }

    private static void refuseEnd(Review review) {
        boolean immortal = review.isAbout("", "namespaces")
                && IMMORTAL.contains(review.key().name());
        if (immortal) {
            throw ApiException.forbidden(NAMESPACES, review.key().name(), "this namespace may not be deleted");
        }
    }

    private void requireNamespace(Review review) {
        String name = review.key().namespace();
        Optional<ObjectValue> namespace = review.now().get("namespaces", ObjectKey.cluster(name));
        if (namespace.isEmpty()) {
            if (mayBeMissing) {
                return;
            }
            throw ApiException.notFound(NAMESPACES, name);
        }
        boolean going = namespace.get().object("status").string("phase").equals("Terminating");
        if (going && review.operation() == Operation.CREATE) {
            ApiStatus status = Refusal.forbidden(
                            review,
                            "unable to create new content in namespace " + name + " because it is being terminated")
                    .status();
            var cause = new Cause(
                    "NamespaceTerminating", "namespace " + name + " is being terminated", "metadata.namespace");
            Details details = status.details().withCauses(List.of(cause));
            throw new ApiException(
                    new ApiStatus(status.success(), status.code(), status.reason(), status.message(), details));
        }
    }
}
