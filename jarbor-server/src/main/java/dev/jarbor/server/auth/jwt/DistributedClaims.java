package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.SignedToken;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A claim that a token does not hold but says where to get: from there comes another token that holds it.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#AggregatedDistributedClaims">OpenID Connect Core 1.0,
 *     section 5.6.2</a>
 */
final class DistributedClaims {
    private static final int MOST_ISSUERS = 64;
    private static final Duration ISSUER_KEPT = Duration.ofHours(24);

    private final String claim;
    private final JwtAuthenticator settings;
    private final IssuerConnection connection;
    private final Runtime runtime;
    private final BoundedMemory<String, IssuerKeys> issuers;

    /** @param claim the one that may be elsewhere */
    DistributedClaims(String claim, JwtAuthenticator settings, IssuerConnection connection, Runtime runtime) {
        this.claim = claim;
        this.settings = settings;
        this.connection = connection;
        this.runtime = runtime;
        this.issuers = new BoundedMemory<>(MOST_ISSUERS, runtime);
    }

    /** The claims, with the one that was elsewhere. */
    ObjectValue expanded(ObjectValue claims) throws RefusedTokenException {
        String source = claims.object("_claim_names").string(claim);
        if (claims.has(claim) || source.isEmpty()) {
            return claims;
        }
        if (!claims.has("_claim_sources")) {
            throw failed("oidc: no claim sources");
        }
        ObjectValue sources = claims.object("_claim_sources");
        if (!sources.has(source)) {
            throw failed("id token _claim_names contained a source " + source + " missing in _claims_sources");
        }
        ObjectValue endpoint = sources.object(source);
        // Without an endpoint the claim is in a token that came along, which the reference does not look at either.
        return endpoint.string("endpoint").isEmpty() ? claims : resolved(claims, endpoint);
    }

    private ObjectValue resolved(ObjectValue claims, ObjectValue endpoint) throws RefusedTokenException {
        String url = endpoint.string("endpoint");
        SignedToken token;
        try {
            byte[] answer = connection.get(URI.create(url), endpoint.string("access_token"));
            token = SignedToken.parse(new String(answer, StandardCharsets.UTF_8).strip())
                    .orElseThrow(() -> new IOException("it answered no token"));
        } catch (IOException | IllegalArgumentException unreachable) {
            throw failed("while getting distributed claim " + GoText.quote(claim) + ": " + unreachable.getMessage());
        }
        try {
            settings.requireSound(token, issuer(token.issuer()), runtime.now());
        } catch (RefusedTokenException refused) {
            throw failed("verify distributed claim token: " + refused.reason());
        }
        if (!token.claims().has(claim)) {
            throw failed("jwt returned by distributed claim endpoint " + GoText.quote(url) + " did not contain claim: "
                    + claim);
        }
        return claims.with(claim, token.claims().at(claim));
    }

    private IssuerKeys issuer(String name) {
        return issuers.get(name).orElseGet(() -> {
            var keys = new IssuerKeys(name, "", connection, runtime);
            issuers.put(name, keys, ISSUER_KEPT);
            return keys;
        });
    }

    private static RefusedTokenException failed(String why) {
        return new RefusedTokenException("oidc: could not expand distributed claims: " + why);
    }

    /** The claim of a mapping that may be elsewhere: that of groups. */
    static List<String> of(ClaimMappings mappings) {
        return mappings.groups() instanceof ClaimMappings.Claim groups ? List.of(groups.name()) : List.of();
    }
}
