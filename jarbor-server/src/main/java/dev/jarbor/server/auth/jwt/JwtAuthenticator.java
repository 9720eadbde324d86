package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.SignatureAlgorithm;
import dev.jarbor.server.auth.SignedToken;
import dev.jarbor.server.auth.TokenAuthenticator;
import dev.jarbor.server.auth.TokenSource;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.auth.UserInfo;
import dev.jarbor.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One issuer of tokens, and how its tokens name users: an entry of {@code jwt} in an AuthenticationConfiguration.
 *
 * @param issuer what tokens say in {@code iss}: an https URL
 * @param audiences of which a token must be meant for one
 * @param algorithms how tokens may be signed
 * @param required claims that must have these values
 * @param claimRules what must hold of claims, with the message where it does not
 * @param userRules what must hold of the user, in the same way
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens">OpenID Connect
 *     tokens</a>
 */
record JwtAuthenticator(
        String issuer,
        String discoveryUrl,
        String certificateAuthority,
        List<String> audiences,
        List<String> algorithms,
        ClaimMappings mappings,
        SortedMap<String, String> required,
        List<Rule> claimRules,
        List<Rule> userRules)
        implements TokenSource {
    static final List<String> ALL_ALGORITHMS =
            Arrays.stream(SignatureAlgorithm.values()).map(Enum::name).toList();

    /** Clocks differ: as much as the reference's library forgives. */
    private static final Duration BEFORE_TIME = Duration.ofMinutes(5);

    /** @param message for whom it does not hold; may be "" */
    record Rule(ClaimExpression condition, String message) {}

    JwtAuthenticator {
        audiences = List.copyOf(audiences);
        algorithms = List.copyOf(algorithms);
        required = Collections.unmodifiableSortedMap(new TreeMap<>(required));
        claimRules = List.copyOf(claimRules);
        userRules = List.copyOf(userRules);
    }

    @Override
    public TokenAuthenticator open(Store store, Runtime runtime) {
        var connection = new IssuerConnection(certificateAuthority, runtime);
        var keys = new IssuerKeys(issuer, discoveryUrl, connection, runtime);
        List<DistributedClaims> elsewhere = DistributedClaims.of(mappings).stream()
                .map(claim -> new DistributedClaims(claim, this, connection, runtime))
                .toList();
        return (token, wanted) -> SignedToken.parse(token)
                .filter(parsed -> parsed.issuer().equals(issuer))
                .map(parsed -> identity(parsed, keys, elsewhere, runtime.now()))
                .orElse(Identity.UNKNOWN);
    }

    private Identity identity(SignedToken token, IssuerKeys keys, List<DistributedClaims> elsewhere, Instant now) {
        try {
            requireSound(token, keys, now);
            ObjectValue claims = token.claims();
            for (DistributedClaims one : elsewhere) {
                claims = one.expanded(claims);
            }
            return Identity.of(user(claims));
        } catch (RefusedTokenException refused) {
            return new Identity.Refused(refused.reason());
        }
    }

    /** Refuses a token that is over, that nobody signed who may, or that is meant for others. */
    void requireSound(SignedToken token, IssuerKeys keys, Instant now) throws RefusedTokenException {
        requireInTime(token.claims(), now);
        if (!token.hasAlgorithmOf(algorithms)) {
            throw new RefusedTokenException("oidc: verify token: oidc: id token signed with unsupported algorithm,"
                    + " expected " + quoted(algorithms) + " got "
                    + GoText.quote(token.header().string("alg")));
        }
        keys.requireSigned(token);
        List<String> meantFor = token.audiences();
        if (meantFor.stream().noneMatch(audiences::contains)) {
            throw new RefusedTokenException("oidc: verify token: oidc: expected audience in "
                    + quoted(audiences.stream().sorted().toList()) + " got " + quoted(meantFor));
        }
    }

    private static void requireInTime(ObjectValue claims, Instant now) throws RefusedTokenException {
        Instant end = Instant.ofEpochSecond(claims.integer("exp"));
        if (now.isAfter(end)) {
            throw new RefusedTokenException("oidc: verify token: oidc: token is expired (Token Expiry: " + end + ")");
        }
        Instant start = Instant.ofEpochSecond(claims.integer("nbf"));
        if (claims.has("nbf") && now.plus(BEFORE_TIME).isBefore(start)) {
            throw new RefusedTokenException("oidc: verify token: oidc: current time "
                    + now.truncatedTo(ChronoUnit.SECONDS) + " before the nbf (not before) time: " + start);
        }
    }

    private User user(ObjectValue claims) throws RefusedTokenException {
        User user = mappings.user(claims);
        for (Map.Entry<String, String> entry : required.entrySet()) {
            requireClaim(claims, entry.getKey(), entry.getValue());
        }
        require(claimRules, claims, "oidc: error evaluating claim validation expression: ");
        if (!userRules.isEmpty()) {
            ObjectValue info = ObjectValue.builder()
                    .put("uid", "")
                    .put("groups", ListValue.EMPTY)
                    .put("extra", ObjectValue.EMPTY)
                    .build();
            for (String field : UserInfo.of(user).names()) {
                info = info.with(field, UserInfo.of(user).valueOrNull(field));
            }
            require(userRules, info, "oidc: error evaluating user info validation rule: ");
        }
        return user;
    }

    private static void requireClaim(ObjectValue claims, String name, String wanted) throws RefusedTokenException {
        if (!claims.has(name)) {
            throw new RefusedTokenException("oidc: required claim " + name + " not present in ID token");
        }
        if (!(claims.valueOrNull(name) instanceof StringValue(String value))) {
            throw new RefusedTokenException("oidc: parse claim " + name + ": it is no string");
        }
        if (!value.equals(wanted)) {
            throw new RefusedTokenException(
                    "oidc: required claim " + name + " value does not match. Got = " + value + ", want = " + wanted);
        }
    }

    private static void require(List<Rule> rules, ObjectValue about, String failure) throws RefusedTokenException {
        for (Rule rule : rules) {
            Value value;
            try {
                value = rule.condition().evaluate(about);
            } catch (RefusedTokenException failed) {
                throw new RefusedTokenException(failure + failed.reason(), failed);
            }
            if (!(value instanceof BooleanValue(boolean holds) && holds)) {
                throw new RefusedTokenException(
                        failure + "validation expression '" + rule.condition().text() + "' failed: " + rule.message());
            }
        }
    }

    private static String quoted(List<String> texts) {
        return "[" + String.join(" ", texts.stream().map(GoText::quote).toList()) + "]";
    }
}
