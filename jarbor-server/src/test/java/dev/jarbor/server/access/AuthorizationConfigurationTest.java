package dev.jarbor.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.FixedAuthorizer;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.auth.webhook.AuthorizationWebhook;
import dev.jarbor.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains of authorizers in a file: what it may say, and what becomes of its changes. */
class AuthorizationConfigurationTest {
    private static final String HEAD = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\n";
    private static final Attributes ASKED =
            new Attributes(User.of("ann", "g"), "get", "", "v1", "pods", "", "shop", "", "");

    @TempDir
    private Path folder;

    private static final AuthorizationConfiguration.Surroundings SURROUNDINGS =
            new AuthorizationConfiguration.Surroundings() {
                @Override
                public AuthorizerSource abac() {
                    return (store, runtime) -> FixedAuthorizer.ALWAYS_ALLOW;
                }

                @Override
                public ClientConfig kubeconfig(Path file) {
                    return ClientConfig.of(URI.create("https://" + file.getFileName()));
                }

                @Override
                public ClientConfig inCluster() {
                    return ClientConfig.of(URI.create("https://kubernetes.default.svc"));
                }
            };

    private static AuthorizationConfiguration read(String rest) {
        return AuthorizationConfiguration.of((ObjectValue) Yaml.parse(HEAD + rest), SURROUNDINGS);
    }

    private static AbstractThrowableAssert<?, ?> refused(String rest) {
        return assertThatThrownBy(() -> read(rest)).isInstanceOf(IllegalArgumentException.class);
    }

    private String webhook(String rest) throws IOException {
        Path kubeconfig = folder.resolve("elsewhere");
        Files.writeString(kubeconfig, "{}");
        return "- {type: Webhook, name: w, webhook: {timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny,"
                + " connectionInfo: {type: KubeConfigFile, kubeConfigFile: " + kubeconfig + "}" + rest + "}}\n";
    }

    @Test
    void authorizersAreAskedInTheOrderOfTheFile() throws IOException {
        AuthorizationConfiguration found = read("authorizers:\n" + webhook("")
                + "- {type: Node, name: node}\n- {type: RBAC, name: rbac}\n"
                + webhook(", cacheAuthorizedRequests: false, unauthorizedTTL: 10s,"
                                + " matchConditionSubjectAccessReviewVersion: v1,"
                                + " matchConditions: [{expression: request.user == 'x'}]")
                        .replace("name: w", "name: last"));

        assertThat(found.authorizers())
                .extracting(AuthorizationConfiguration.Named::name)
                .containsExactly("w", "node", "rbac", "last");
        assertThat(found.authorizers().getFirst().source())
                .isInstanceOfSatisfying(AuthorizationWebhook.class, webhook -> {
                    assertThat(webhook.endpoint().server()).isEqualTo(URI.create("https://elsewhere"));
                    assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(webhook.allowedHolds()).isEqualTo(Duration.ofMinutes(5));
                    assertThat(webhook.otherHolds()).isEqualTo(Duration.ofSeconds(30));
                    assertThat(webhook.onFailure()).isEqualTo(Authorizer.Verdict.DENIED);
                });
        assertThat(found.authorizers().getLast().source())
                .isInstanceOfSatisfying(AuthorizationWebhook.class, webhook -> {
                    assertThat(webhook.allowedHolds()).isZero();
                    assertThat(webhook.otherHolds()).isEqualTo(Duration.ofSeconds(10));
                    assertThat(webhook.conditions()).hasSize(1);
                });
    }

    @Test
    void whatCannotWorkIsRefusedInTheReferencesWords() throws IOException {
        refused("authorizers: []\n")
                .hasMessage("authorizers: Required value: at least one authorization mode must be defined");
        refused(
                        "authorizers: [{type: RBAC, name: a}, {type: RBAC, name: b}, {type: Rbac, name: c}, {type: Node, name: A}]\n")
                .hasMessageContaining("authorizers[1].type: Duplicate value: \"RBAC\"")
                .hasMessageContaining("authorizers[2].type: Unsupported value: \"Rbac\": supported values: \"ABAC\"")
                .hasMessageContaining("authorizers[3].name: Invalid value: \"A\": authorizer name is invalid:");
        refused("authorizers: [{type: RBAC, name: a, webhook: {}}, {type: Webhook, name: b}]\n")
                .hasMessage("[authorizers[0].webhook: Invalid value: \"non-null\": may only be specified when"
                        + " type=Webhook, authorizers[1].webhook: Required value: required when type=Webhook]");
        refused("authorizers: [{type: Webhook, name: a, webhook: {timeout: 60s}}]\n")
                .hasMessageContaining("authorizers[0].timeout: Invalid value: \"60s\": must be > 0s and <= 30s")
                .hasMessageContaining("authorizers[0].subjectAccessReviewVersion: Required value")
                .hasMessageContaining("authorizers[0].failurePolicy: Required value")
                .hasMessageContaining("authorizers[0].connectionInfo.type: Required value");
        refused("authorizers:\n" + webhook(", matchConditions: [{expression: request.usr == 'x'}, {expression: '1'}]"))
                .hasMessageContaining("required if match conditions are specified")
                .hasMessageContaining("undefined field 'usr'")
                .hasMessageContaining("must evaluate to bool");
        refused("authorizers:\n" + webhook("").replace(folder.toString(), "."))
                .hasMessageContaining("must be an absolute path");
        refused("authorizers: [{type: RBAC, name: a, color: blue}]\n")
                .hasMessage("strict decoding error: unknown field \"authorizers[0].color\"");
    }

    @Test
    void aChangedFileIsTakenUpUnlessNodeOrRbacWouldComeOrGo() throws IOException {
        Path file = folder.resolve("authorization.yaml");
        Files.writeString(file, HEAD + "authorizers: [{type: AlwaysDeny, name: nobody}]\n");
        var world = new SimulatedRuntime(1);
        Authorizer authorizer =
                new FollowedAuthorizers(file, Files.readString(file), SURROUNDINGS).open(new MemoryStore(), world);

        assertThat(authorizer.decide(ASKED).allowed()).isFalse();
        Files.writeString(file, HEAD + "authorizers: [{type: AlwaysAllow, name: everybody}]\n");
        assertThat(authorizer.decide(ASKED).allowed()).isFalse();
        world.advance(Duration.ofSeconds(61));
        assertThat(authorizer.decide(ASKED).allowed()).isTrue();
        Files.writeString(file, HEAD + "authorizers: [{type: RBAC, name: rbac}]\n");
        world.advance(Duration.ofSeconds(61));
        assertThat(authorizer.decide(ASKED).allowed()).isTrue();
    }
}
