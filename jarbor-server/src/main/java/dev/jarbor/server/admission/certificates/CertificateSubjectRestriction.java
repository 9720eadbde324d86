package dev.jarbor.server.admission.certificates;

import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.tls.SigningRequest;

/**
 * Nobody gets a client certificate that makes them a master of the cluster.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#certificatesubjectrestriction">CertificateSubjectRestriction</a>
 */
public final class CertificateSubjectRestriction implements Admission {
    private static final String SIGNER = "kubernetes.io/kube-apiserver-client";
    private static final String MASTERS = "system:masters";

    @Override
    public void validate(Review review) {
        if (!review.creates("certificates.k8s.io", "certificatesigningrequests")
                || !review.object().object("spec").string("signerName").equals(SIGNER)) {
            return;
        }
        SigningRequest request;
        try {
            request = SigningRequest.ofField(review.object().object("spec").string("request"));
        } catch (IllegalArgumentException malformed) {
            throw Refusal.forbidden(review, "failed to parse CSR: " + malformed.getMessage());
        }
        if (request.organizations().contains(MASTERS)) {
            throw Refusal.forbidden(review, "use of " + SIGNER + " signer with " + MASTERS + " group is not allowed");
        }
    }
}
