package dev.jarbor.server.auth;

import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** Finds out who is asking. Data in, data out: what a connection proved goes in, the user comes out. */
public interface Authenticator {
    /**
     * The user of a bearer token that is meant for this server; empty when nothing here knows the token, which the API
     * answers with 401.
     *
     * @param token without the word {@code Bearer}
     */
    Optional<User> token(String token);

    /** The user of a token that is meant for one of {@code audiences}. */
    Optional<User> token(String token, List<String> audiences);

    /**
     * The user of a client certificate that the TLS layer has verified: its common name, with its organisations as
     * groups.
     */
    Optional<User> certificate(X500Principal subject);
}
