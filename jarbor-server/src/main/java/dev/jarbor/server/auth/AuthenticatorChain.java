package dev.jarbor.server.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * Authenticators asked one after the other until one knows the caller. Where one has refused and none knows, the caller is
 * refused instead of being taken for anonymous.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/">Authenticating</a>
 */
public final class AuthenticatorChain implements Authenticator {
    private final List<Authenticator> authenticators;
    private final AnonymousAccess anonymous;
    private final List<String> audiences;

    /** @param audiences whom tokens must be meant for where the caller does not say otherwise */
    public AuthenticatorChain(List<Authenticator> authenticators, AnonymousAccess anonymous, List<String> audiences) {
        this.authenticators = List.copyOf(authenticators);
        this.anonymous = anonymous;
        this.audiences = List.copyOf(audiences);
    }

    @Override
    public Identity authenticate(Credentials brought) {
        Credentials credentials = brought.audiences().isEmpty() ? brought.forAudiences(audiences) : brought;
        var reasons = new ArrayList<String>();
        for (Authenticator authenticator : authenticators) {
            switch (authenticator.authenticate(credentials)) {
                case Identity.Known known -> {
                    return new Identity.Known(known.user().authenticated(), known.audiences());
                }
                case Identity.Refused(String reason) -> reasons.add(reason);
                case Identity.Unknown ignored -> {}
            }
        }
        if (!reasons.isEmpty()) {
            return new Identity.Refused(Refusals.aggregate(reasons));
        }
        return anonymous.admits(credentials.path()) ? Identity.of(User.ANONYMOUS) : Identity.UNKNOWN;
    }
}
