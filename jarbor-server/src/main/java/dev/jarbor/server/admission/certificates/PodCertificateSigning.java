package dev.jarbor.server.admission.certificates;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import java.util.List;

/**
 * Only who may sign for a signer issues certificates for pods in its name.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#pod-certificate-requests">Pod
 *     certificate requests</a>
 */
public final class PodCertificateSigning implements Admission {
    private final SignerAuthority authority;

    public PodCertificateSigning(Authorizer authorizer) {
        this.authority = new SignerAuthority(authorizer);
    }

    @Override
    public void validate(Review review) {
        boolean concerned = review.operation() == Operation.UPDATE
                && review.resource().is("certificates.k8s.io", "podcertificaterequests")
                && review.subresource().equals("status");
        if (!concerned
                || review.before()
                        .object("status")
                        .string("certificateChain")
                        .equals(review.object().object("status").string("certificateChain"))) {
            return;
        }
        String signer = review.before().object("spec").string("signerName");
        if (!authority.allows(review.user(), "sign", signer)) {
            String user = GoText.quote(review.user().name());
            throw ApiException.invalid(
                    review.resource().groupKind(),
                    review.key().name(),
                    List.of(FieldError.forbidden(
                            FieldPath.of("spec", "signerName"),
                            "User " + user + " is not permitted to \"sign\" for signer " + GoText.quote(signer))));
        }
    }
}
