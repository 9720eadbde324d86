package dev.jarbor.server.admission.namespace;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;

/**
 * Nothing is written in a namespace that does not exist.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespaceexists">NamespaceExists</a>
 */
public final class NamespaceExists implements Admission {
    @Override
    public void validate(Review review) {
        String name = review.key().namespace();
        boolean concerned = review.resource().namespaced() && review.operation() != Operation.CONNECT;
        if (concerned && review.now().get("namespaces", ObjectKey.cluster(name)).isEmpty()) {
            throw ApiException.notFound(new GroupResource("", "namespaces"), name);
        }
    }
}
