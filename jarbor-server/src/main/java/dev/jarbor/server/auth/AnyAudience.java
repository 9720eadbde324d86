package dev.jarbor.server.auth;

import java.util.List;

/**
 * Tokens that say nothing of the audiences that this server knows: they are meant for this server.
 *
 * @param own the server's own audiences
 */
public record AnyAudience(TokenAuthenticator kind, List<String> own) implements TokenAuthenticator {
    @Override
    public Identity authenticate(String token, List<String> audiences) {
        List<String> shared = own.stream().filter(audiences::contains).toList();
        if (shared.isEmpty() && !audiences.isEmpty()) {
            return Identity.UNKNOWN;
        }
        Identity found = kind.authenticate(token, audiences);
        return found instanceof Identity.Known known ? new Identity.Known(known.user(), shared) : found;
    }
}
