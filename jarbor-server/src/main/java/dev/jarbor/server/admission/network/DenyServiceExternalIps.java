package dev.jarbor.server.admission.network;

import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.List;

/**
 * No Service gets an external address that it did not have.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#denyserviceexternalips">DenyServiceExternalIPs</a>
 */
public final class DenyServiceExternalIps implements Admission {
    @Override
    public void validate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        if (!write || !review.isAbout("", "services")) {
            return;
        }
        List<String> known = review.before().object("spec").list("externalIPs").strings();
        List<String> wanted = review.object().object("spec").list("externalIPs").strings();
        if (!known.containsAll(wanted)) {
            throw Refusal.forbidden(review, "Use of external IPs is denied by admission control.");
        }
    }
}
