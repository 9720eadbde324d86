package dev.jarbor.server.auth;

import java.util.ArrayList;
import java.util.List;

/** The bearer token of a request, shown to each kind of token in turn. */
final class BearerTokens implements Authenticator {
    private static final String INVALID = "invalid bearer token";

    private final List<TokenAuthenticator> kinds;

    BearerTokens(List<TokenAuthenticator> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    @Override
    public Identity authenticate(Credentials credentials) {
        if (credentials.token().isEmpty()) {
            return Identity.UNKNOWN;
        }
        // The reference asks for its own loopback token first, whose failure is the first reason of every refusal.
        var reasons = new ArrayList<String>(List.of(INVALID));
        for (TokenAuthenticator kind : kinds) {
            switch (kind.authenticate(credentials.token(), credentials.audiences())) {
                case Identity.Known known -> {
                    return known;
                }
                case Identity.Refused(String reason) -> reasons.add(reason);
                case Identity.Unknown ignored -> {}
            }
        }
        return new Identity.Refused(Refusals.aggregate(reasons));
    }
}
