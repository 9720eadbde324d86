package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.auth.Authenticator;
import dev.jarbor.server.auth.User;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * Finds the user of a request: a client certificate, else a bearer token, else nobody in particular. A token that nobody
 * knows is refused instead of being taken for anonymous.
 */
final class Authentication {
    private static final String BEARER_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private final Authenticator authenticator;

    Authentication(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    User user(RequestHead head, Optional<Principal> certificate) {
        Optional<User> byCertificate = certificate
                .filter(X500Principal.class::isInstance)
                .map(X500Principal.class::cast)
                .flatMap(authenticator::certificate);
        if (byCertificate.isPresent()) {
            return byCertificate.get();
        }
        Optional<String> token = token(head);
        if (token.isEmpty()) {
            return User.ANONYMOUS;
        }
        return authenticator.token(token.get()).orElseThrow(ApiException::unauthorized);
    }

    private static Optional<String> token(RequestHead head) {
        String header = head.header("authorization").strip();
        int space = header.indexOf(' ');
        if (space > 0 && header.substring(0, space).equalsIgnoreCase("Bearer")) {
            String token = header.substring(space + 1).strip();
            return token.isEmpty() ? Optional.empty() : Optional.of(token);
        }
        // browsers cannot set headers on WebSockets: they send the token as a subprotocol
        return WebSocketHandshake.offers(head).stream()
                .filter(offer -> offer.startsWith(BEARER_PROTOCOL))
                .map(offer -> WebSocketHandshake.decode(offer.substring(BEARER_PROTOCOL.length())))
                .findFirst();
    }

    /** The subprotocols that mean something to the stream, without the one that carries a token. */
    static List<String> withoutToken(List<String> offers) {
        return offers.stream()
                .filter(offer -> !offer.startsWith(BEARER_PROTOCOL))
                .toList();
    }
}
