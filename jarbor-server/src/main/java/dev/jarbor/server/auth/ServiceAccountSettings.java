package dev.jarbor.server.auth;

import java.time.Duration;
import java.util.List;

/**
 * How service account tokens are made and checked.
 *
 * @param issuers the {@code iss} claims that count; new tokens get the first
 * @param key signs new tokens
 * @param formerKeys check older ones
 * @param jwksUri where discovery says the keys are; "" for this server
 * @param longestLife the most that a token may be asked to live; zero for no bound of one's own
 * @param extended whether tokens that old clients will not renew live for a year, with a warning when they are used late
 */
public record ServiceAccountSettings(
        List<String> issuers,
        TokenKey key,
        List<VerificationKey> formerKeys,
        String jwksUri,
        Duration longestLife,
        boolean extended) {
    public ServiceAccountSettings {
        issuers = List.copyOf(issuers);
        formerKeys = List.copyOf(formerKeys);
    }

    /** One issuer with a key of its own. */
    public static ServiceAccountSettings of(String issuer, TokenKey key) {
        return new ServiceAccountSettings(List.of(issuer), key, List.of(), "", Duration.ZERO, true);
    }

    public String issuer() {
        return issuers.getFirst();
    }

    public ServiceAccountSettings withIssuer(String issuer) {
        return new ServiceAccountSettings(List.of(issuer), key, formerKeys, jwksUri, longestLife, extended);
    }

    public ServiceAccountSettings withKey(TokenKey other) {
        return new ServiceAccountSettings(issuers, other, formerKeys, jwksUri, longestLife, extended);
    }
}
