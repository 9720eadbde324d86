package dev.jarbor.server.admission.certificates;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;

/**
 * Only who may sign for a signer issues its certificates.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#certificatesigning">CertificateSigning</a>
 */
public final class CertificateSigning implements Admission {
    private final SignerAuthority authority;

    public CertificateSigning(Authorizer authorizer) {
        this.authority = new SignerAuthority(authorizer);
    }

    @Override
    public void validate(Review review) {
        boolean concerned = review.operation() == Operation.UPDATE
                && review.resource().is("certificates.k8s.io", "certificatesigningrequests")
                && review.subresource().equals("status");
        if (!concerned
                || isSame(review.before().object("status"), review.object().object("status"))) {
            return;
        }
        String signer = review.before().object("spec").string("signerName");
        if (!authority.allows(review.user(), "sign", signer)) {
            throw Refusal.forbidden(
                    review, "user not permitted to sign requests with signerName " + GoText.quote(signer));
        }
    }

    private static boolean isSame(ObjectValue before, ObjectValue after) {
        return before.string("certificate").equals(after.string("certificate"))
                && before.list("conditions").equals(after.list("conditions"));
    }
}
