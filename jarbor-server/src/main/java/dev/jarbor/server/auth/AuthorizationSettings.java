package dev.jarbor.server.auth;

import java.util.List;

/**
 * Who decides what callers may do.
 *
 * @param chain asked in this order until one has an opinion
 */
public record AuthorizationSettings(List<AuthorizerSource> chain) {
    public AuthorizationSettings {
        chain = List.copyOf(chain);
    }
}
