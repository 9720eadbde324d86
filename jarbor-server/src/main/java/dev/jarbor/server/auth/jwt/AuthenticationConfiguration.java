package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.KnownFields;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.AnonymousAccess;
import dev.jarbor.server.auth.TokenSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who issues tokens of users, and where callers without any are let in: an {@code AuthenticationConfiguration} of {@code
 * apiserver.config.k8s.io}.
 *
 * @param jwt one for each issuer
 * @param saysAnonymous whether it says anything of callers that bring nothing
 * @param anonymous what it says of them
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration">Using
 *     authentication configuration</a>
 */
public record AuthenticationConfiguration(List<TokenSource> jwt, boolean saysAnonymous, AnonymousAccess anonymous) {
    private static final String GROUP = "apiserver.config.k8s.io/";
    private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha1");
    private static final KnownFields FIELDS = KnownFields.of(
            "apiVersion",
            "kind",
            "anonymous.enabled",
            "anonymous.conditions.path",
            "jwt.issuer.url",
            "jwt.issuer.discoveryURL",
            "jwt.issuer.certificateAuthority",
            "jwt.issuer.audiences",
            "jwt.issuer.audienceMatchPolicy",
            "jwt.issuer.egressSelectorType",
            "jwt.claimValidationRules.claim",
            "jwt.claimValidationRules.requiredValue",
            "jwt.claimValidationRules.expression",
            "jwt.claimValidationRules.message",
            "jwt.claimMappings.username.claim",
            "jwt.claimMappings.username.prefix",
            "jwt.claimMappings.username.expression",
            "jwt.claimMappings.groups.claim",
            "jwt.claimMappings.groups.prefix",
            "jwt.claimMappings.groups.expression",
            "jwt.claimMappings.uid.claim",
            "jwt.claimMappings.uid.expression",
            "jwt.claimMappings.extra.key",
            "jwt.claimMappings.extra.valueExpression",
            "jwt.userValidationRules.expression",
            "jwt.userValidationRules.message");

    public AuthenticationConfiguration {
        jwt = List.copyOf(jwt);
    }

    /**
     * Reads a configuration.
     *
     * @param disallowedIssuers those of the server's own tokens, which are checked in another way
     * @throws IllegalArgumentException naming what is wrong and where, in the reference's words
     */
    public static AuthenticationConfiguration of(ObjectValue said, List<String> disallowedIssuers) {
        String version = said.string("apiVersion");
        boolean known = VERSIONS.stream().anyMatch(one -> version.equals(GROUP + one));
        if (!known || !said.string("kind").equals("AuthenticationConfiguration")) {
            throw new IllegalArgumentException("no kind " + GoText.quote(said.string("kind"))
                    + " is registered for version " + GoText.quote(version)
                    + ": it must be an AuthenticationConfiguration of " + GROUP + "v1");
        }
        FIELDS.require(said);
        List<FieldError> faults = new JwtRules(disallowedIssuers).check(said);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(FieldError.aggregate(faults));
        }
        ObjectValue anonymous = said.object("anonymous");
        List<String> paths = anonymous.list("conditions").objects().stream()
                .map(condition -> condition.string("path"))
                .toList();
        return new AuthenticationConfiguration(
                said.list("jwt").objects().stream()
                        .map(entry -> (TokenSource) authenticator(entry))
                        .toList(),
                said.has("anonymous"),
                new AnonymousAccess(anonymous.bool("enabled"), paths));
    }

    private static JwtAuthenticator authenticator(ObjectValue entry) {
        ObjectValue issuer = entry.object("issuer");
        SortedMap<String, String> required = new TreeMap<>();
        var rules = new ArrayList<JwtAuthenticator.Rule>();
        for (ObjectValue rule : entry.list("claimValidationRules").objects()) {
            if (rule.string("claim").isEmpty()) {
                rules.add(new JwtAuthenticator.Rule(
                        ClaimExpression.condition(rule.string("expression")), rule.string("message")));
            } else {
                required.put(rule.string("claim"), rule.string("requiredValue"));
            }
        }
        return new JwtAuthenticator(
                issuer.string("url"),
                issuer.string("discoveryURL"),
                issuer.string("certificateAuthority"),
                issuer.list("audiences").strings(),
                JwtAuthenticator.ALL_ALGORITHMS,
                mappings(entry.object("claimMappings")),
                required,
                rules,
                entry.list("userValidationRules").objects().stream()
                        .map(rule -> new JwtAuthenticator.Rule(
                                ClaimExpression.userCondition(rule.string("expression")), rule.string("message")))
                        .toList());
    }

    private static ClaimMappings mappings(ObjectValue said) {
        var extra = new TreeMap<String, ClaimExpression>();
        for (ObjectValue one : said.list("extra").objects()) {
            extra.put(one.string("key"), ClaimExpression.value(one.string("valueExpression")));
        }
        return new ClaimMappings(
                source(said.object("username")),
                source(said.object("groups")),
                source(said.object("uid")),
                Collections.unmodifiableSortedMap(extra));
    }

    private static ClaimMappings.Source source(ObjectValue said) {
        if (!said.string("expression").isEmpty()) {
            return new ClaimMappings.Computed(ClaimExpression.value(said.string("expression")));
        }
        return said.string("claim").isEmpty()
                ? new ClaimMappings.Nowhere()
                : new ClaimMappings.Claim(said.string("claim"), said.string("prefix"));
    }
}
