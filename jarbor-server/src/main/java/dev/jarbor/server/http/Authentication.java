package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.auth.Authenticator;
import dev.jarbor.server.auth.Credentials;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.User;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Gathers what a request brings to show who is asking, and refuses whom the authenticators do not know. */
final class Authentication {
    private static final String BEARER_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private final Authenticator authenticator;

    Authentication(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    User user(RequestHead head, List<X509Certificate> certificates) {
        var credentials = new Credentials(certificates, head.headers(), token(head), head.path(), List.of());
        return switch (authenticator.authenticate(credentials)) {
            case Identity.Known known -> known.user();
            case Identity.Refused ignored -> throw ApiException.unauthorized();
            case Identity.Unknown ignored -> throw ApiException.unauthorized();
        };
    }

    /** What those tried who were refused, in the reference's words. */
    static String attempted(RequestHead head, List<X509Certificate> certificates) {
        var tried = new ArrayList<String>();
        String scheme = head.header("authorization").strip().split(" ", 2)[0].toLowerCase(Locale.ROOT);
        if (scheme.equals("basic")) {
            tried.add("basic");
        }
        if (scheme.equals("bearer")) {
            tried.add("bearer");
        }
        if (!certificates.isEmpty()) {
            tried.add("x509");
        }
        return tried.isEmpty()
                ? "Authentication failed, no credentials provided"
                : "Authentication failed, attempted: " + String.join(", ", tried);
    }

    private static String token(RequestHead head) {
        String header = head.header("authorization").strip();
        int space = header.indexOf(' ');
        if (space > 0 && header.substring(0, space).equalsIgnoreCase("Bearer")) {
            return header.substring(space + 1).strip();
        }
        // browsers cannot set headers on WebSockets: they send the token as a subprotocol
        return WebSocketHandshake.offers(head).stream()
                .filter(offer -> offer.startsWith(BEARER_PROTOCOL))
                .map(offer -> WebSocketHandshake.decode(offer.substring(BEARER_PROTOCOL.length())))
                .findFirst()
                .orElse("");
    }

    /** The subprotocols that mean something to the stream, without the one that carries a token. */
    static List<String> withoutToken(List<String> offers) {
        return offers.stream()
                .filter(offer -> !offer.startsWith(BEARER_PROTOCOL))
                .toList();
    }
}
