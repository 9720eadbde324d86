package dev.jarbor.server.admission.certificates;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;

/**
 * Only who may attest for a signer publishes what to trust in its name.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#clustertrustbundleattest">ClusterTrustBundleAttest</a>
 */
public final class ClusterTrustBundleAttest implements Admission {
    private final SignerAuthority authority;

    public ClusterTrustBundleAttest(Authorizer authorizer) {
        this.authority = new SignerAuthority(authorizer);
    }

    @Override
    public void validate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        String signer = review.object().object("spec").string("signerName");
        boolean same = review.operation() == Operation.UPDATE
                && review.before().object("spec").equals(review.object().object("spec"));
        if (!write || same || signer.isEmpty() || !review.isAbout("certificates.k8s.io", "clustertrustbundles")) {
            return;
        }
        if (!authority.allows(review.user(), "attest", signer)) {
            throw Refusal.forbidden(review, "user not permitted to attest for signerName " + GoText.quote(signer));
        }
    }
}
