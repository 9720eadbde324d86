package dev.jarbor.server.auth;

import java.util.List;

/** Knows one kind of bearer token. */
public interface TokenAuthenticator {
    /**
     * Who holds {@code token}.
     *
     * @param audiences of which the token must be meant for at least one
     */
    Identity authenticate(String token, List<String> audiences);
}
