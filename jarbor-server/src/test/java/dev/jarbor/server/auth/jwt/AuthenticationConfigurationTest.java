package dev.jarbor.server.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** What an AuthenticationConfiguration may say, and the words in which the rest is refused. */
class AuthenticationConfigurationTest {
    private static final String HEAD = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";
    private static final String ISSUER = "  issuer: {url: https://a, audiences: [x]}\n";
    private static final String NAME = "  claimMappings: {username: {claim: sub, prefix: ''}}\n";

    private static AuthenticationConfiguration read(String rest) {
        return AuthenticationConfiguration.of((ObjectValue) Yaml.parse(HEAD + rest), List.of("https://own"));
    }

    private static AbstractThrowableAssert<?, ?> refused(String rest) {
        return assertThatThrownBy(() -> read(rest)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callersThatBringNothingMayBeLetInAtSomePaths() {
        AuthenticationConfiguration found =
                read("anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}\n");

        assertThat(found.saysAnonymous()).isTrue();
        assertThat(found.anonymous().enabled()).isTrue();
        assertThat(found.anonymous().paths()).containsExactly("/livez", "/readyz");
        assertThat(read("jwt: []\n").saysAnonymous()).isFalse();
        refused("anonymous: {enabled: false, conditions: [{path: /livez}]}\n")
                .hasMessageContaining("enabled should be set to true when conditions are defined");
    }

    @Test
    void anIssuerMustBeSound() {
        refused("jwt:\n- issuer: {url: http://a, audiences: [x, y]}\n" + NAME)
                .hasMessage("[jwt[0].issuer.url: Invalid value: \"http://a\": URL scheme must be https,"
                        + " jwt[0].issuer.audienceMatchPolicy: Invalid value: \"\": audienceMatchPolicy must be MatchAny"
                        + " for multiple audiences]");
        refused("jwt:\n- issuer: {url: https://own, audiences: []}\n" + NAME)
                .hasMessage("[jwt[0].issuer.url: Invalid value: \"https://own\": URL must not overlap with disallowed"
                        + " issuers: [https://own], jwt[0].issuer.audiences: Required value: at least one"
                        + " jwt[0].issuer.audiences is required]");
        refused("jwt:\n- issuer: {url: https://a, discoveryURL: https://a/, audiences: [x], certificateAuthority: x}\n"
                        + NAME)
                .hasMessageContaining("discoveryURL must be different from URL")
                .hasMessageContaining("jwt[0].issuer.certificateAuthority: Invalid value: \"<omitted>\"");
        refused("jwt:\n-" + ISSUER.substring(1) + NAME + "-" + ISSUER.substring(1) + NAME)
                .hasMessage("jwt[1].issuer.url: Duplicate value: \"https://a\"");
    }

    @Test
    void mappingsAndRulesMustBeSound() {
        refused("jwt:\n-" + ISSUER.substring(1))
                .hasMessage("jwt[0].claimMappings.username: Required value: claim or expression is required");
        refused("jwt:\n-" + ISSUER.substring(1) + "  claimMappings: {username: {claim: sub}}\n")
                .hasMessageContaining("prefix is required when claim is set");
        refused("jwt:\n-" + ISSUER.substring(1) + "  claimMappings: {username: {expression: claims.email}}\n")
                .hasMessageContaining("claims.email_verified must be used in claimMappings.username.expression");
        refused("jwt:\n-" + ISSUER.substring(1) + NAME + "  claimValidationRules: [{expression: '1'}]\n")
                .hasMessage("jwt[0].claimValidationRules[0].expression: Invalid value: \"1\": must evaluate to bool");
        refused("jwt:\n-" + ISSUER.substring(1) + NAME + "  userValidationRules: [{expression: user.nam == 'x'}]\n")
                .hasMessageContaining("jwt[0].userValidationRules[0].expression: Invalid value: \"user.nam == 'x'\":"
                        + " compilation failed: ERROR: <input>:1:5: undefined field 'nam'");
        refused("jwt:\n-" + ISSUER.substring(1)
                        + "  claimMappings: {username: {claim: sub, prefix: ''}, extra: [{key: A, valueExpression: '1'},"
                        + " {key: x.k8s.io/a, valueExpression: '1'}]}\n")
                .hasMessageContaining("must be a domain-prefixed path (such as \"acme.io/foo\")")
                .hasMessageContaining("must be lowercase")
                .hasMessageContaining("k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
        refused("jwt:\n-" + ISSUER.substring(1) + NAME + "  claimz: {}\n")
                .hasMessage("strict decoding error: unknown field \"jwt[0].claimz\"");
        assertThat(read("jwt:\n-" + ISSUER.substring(1)
                                + "  claimMappings: {username: {expression: 'claims.email_verified ? claims.email : \"\"'}}\n")
                        .jwt())
                .hasSize(1);
    }
}
