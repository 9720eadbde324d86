package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses privileged containers, in pods and in what makes them, whatever the Pod Security standards of their namespace
 * say.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver, {@code
 *     --allow-privileged=false}</a>
 */
public final class PrivilegedContainers implements Admission {
    @Override
    public void validate(Review review) {
        boolean pod = review.resource().is("", "pods")
                && List.of("", "ephemeralcontainers").contains(review.subresource());
        ObjectValue spec = review.object().object("spec");
        FieldPath path = FieldPath.of("spec");
        if (!pod) {
            spec = review.subresource().isEmpty()
                    ? Templates.of(review).orElse(ObjectValue.EMPTY).object("spec")
                    : ObjectValue.EMPTY;
            path = Templates.path(review).child("spec");
        }
        var errors = new ArrayList<FieldError>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            List<ObjectValue> containers = spec.list(list).objects();
            for (int i = 0; i < containers.size(); i++) {
                if (Containers.security(containers.get(i)).bool("privileged")) {
                    errors.add(FieldError.forbidden(
                            path.child(list).index(i).child("securityContext").child("privileged"),
                            "disallowed by cluster policy"));
                }
            }
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(
                    review.resource().groupKind(),
                    review.subject().object("metadata").string("name"),
                    errors);
        }
    }
}
