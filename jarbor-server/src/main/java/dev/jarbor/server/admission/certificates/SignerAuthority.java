package dev.jarbor.server.admission.certificates;

import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;

/**
 * Who may act for a signer: {@code approve}, {@code sign} or {@code attest} on {@code signers} named like the signer, or
 * like all of its domain.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization">Authorization</a>
 */
final class SignerAuthority {
    private final Authorizer authorizer;

    SignerAuthority(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    boolean allows(User user, String verb, String signer) {
        int slash = signer.indexOf('/');
        String domain = slash < 0 ? signer : signer.substring(0, slash);
        return decides(user, verb, signer) || decides(user, verb, domain + "/*");
    }

    private boolean decides(User user, String verb, String name) {
        return authorizer
                .decide(new Attributes(user, verb, "certificates.k8s.io", "*", "signers", "", "", name, ""))
                .allowed();
    }
}
