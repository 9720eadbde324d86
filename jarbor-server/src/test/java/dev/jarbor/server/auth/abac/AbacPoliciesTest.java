package dev.jarbor.server.auth.abac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import org.junit.jupiter.api.Test;

/** The mode ABAC by the examples of its page. */
class AbacPoliciesTest {
    private static final String HEAD =
            "{\"apiVersion\":\"abac.authorization.kubernetes.io/v1beta1\",\"kind\":\"Policy\",\"spec\":";

    private static final AbacPolicies POLICIES = AbacPolicies.parse("# who may do what\n"
            + HEAD + "{\"user\":\"alice\",\"namespace\":\"*\",\"resource\":\"*\",\"apiGroup\":\"*\"}}\n\n"
            + HEAD + "{\"user\":\"bob\",\"namespace\":\"blue\",\"resource\":\"pods\",\"readonly\":true}}\n"
            + HEAD + "{\"group\":\"system:authenticated\",\"readonly\":true,\"nonResourcePath\":\"/version*\"}}\n");

    private static boolean may(String user, String verb, String resource, String namespace) {
        return POLICIES.decide(new Attributes(
                        User.of(user, User.AUTHENTICATED), verb, "", "v1", resource, "", namespace, "", ""))
                .allowed();
    }

    @Test
    void aPolicyAllowsItsUserWhatItNames() {
        assertThat(may("alice", "delete", "secrets", "blue")).isTrue();
        assertThat(may("bob", "list", "pods", "blue")).isTrue();
        assertThat(may("bob", "delete", "pods", "blue")).isFalse();
        assertThat(may("bob", "list", "pods", "red")).isFalse();
        assertThat(may("carol", "list", "pods", "blue")).isFalse();
    }

    @Test
    void aPolicyOfAGroupAllowsPathsThatAreNoResources() {
        User carol = User.of("carol", User.AUTHENTICATED);

        assertThat(POLICIES.decide(Attributes.nonResource(carol, "get", "/version/x"))
                        .allowed())
                .isTrue();
        assertThat(POLICIES.decide(Attributes.nonResource(carol, "post", "/version"))
                        .allowed())
                .isFalse();
        assertThat(POLICIES.decide(Attributes.nonResource(User.ANONYMOUS, "get", "/version")))
                .satisfies(decision -> assertThat(decision.reason()).isEqualTo("No policy matched."));
    }

    @Test
    void aLineThatIsNoPolicyIsNamed() {
        assertThatThrownBy(() -> AbacPolicies.parse("\n{}\n"))
                .hasMessage("line 2: not a Policy of abac.authorization.kubernetes.io/v1beta1");
    }
}
