package dev.jarbor.server.auth.jwt;

import dev.jarbor.server.auth.TokenSource;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One issuer of tokens as the flags {@code --oidc-*} describe it.
 *
 * @param clientId whom tokens must be meant for
 * @param authority PEM of who vouches for the issuer; "" for the system's authorities
 * @param usernamePrefix "" for the issuer and a hash sign, except for the claim {@code email}; {@code -} for none
 * @param required claims that must have these values
 */
public record OidcFlags(
        String issuer,
        String clientId,
        String authority,
        String usernameClaim,
        String usernamePrefix,
        String groupsClaim,
        String groupsPrefix,
        SortedMap<String, String> required,
        List<String> algorithms) {
    /** How tokens may be signed at all. */
    public static final List<String> ALGORITHMS = JwtAuthenticator.ALL_ALGORITHMS;

    public OidcFlags {
        required = Collections.unmodifiableSortedMap(new TreeMap<>(required));
        algorithms = List.copyOf(algorithms);
    }

    /** The same as an entry of an AuthenticationConfiguration would. */
    public TokenSource source() {
        String prefix = switch (usernamePrefix) {
            case "-" -> "";
            case "" -> usernameClaim.equals("email") ? "" : issuer + "#";
            default -> usernamePrefix;
        };
        var mappings = new ClaimMappings(
                new ClaimMappings.Claim(usernameClaim, prefix),
                groupsClaim.isEmpty()
                        ? new ClaimMappings.Nowhere()
                        : new ClaimMappings.Claim(groupsClaim, groupsPrefix),
                new ClaimMappings.Nowhere(),
                new TreeMap<>());
        return new JwtAuthenticator(
                issuer, "", authority, List.of(clientId), algorithms, mappings, required, List.of(), List.of());
    }
}
