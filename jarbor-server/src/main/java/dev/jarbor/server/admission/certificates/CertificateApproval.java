package dev.jarbor.server.admission.certificates;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;

/**
 * Only who may approve for a signer approves requests to it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#certificateapproval">CertificateApproval</a>
 */
public final class CertificateApproval implements Admission {
    private final SignerAuthority authority;

    public CertificateApproval(Authorizer authorizer) {
        this.authority = new SignerAuthority(authorizer);
    }

    @Override
    public void validate(Review review) {
        boolean concerned = review.operation() == Operation.UPDATE
                && review.resource().is("certificates.k8s.io", "certificatesigningrequests")
                && review.subresource().equals("approval");
        String signer = review.object().object("spec").string("signerName");
        if (concerned && !authority.allows(review.user(), "approve", signer)) {
            throw Refusal.forbidden(
                    review, "user not permitted to approve requests with signerName " + GoText.quote(signer));
        }
    }
}
