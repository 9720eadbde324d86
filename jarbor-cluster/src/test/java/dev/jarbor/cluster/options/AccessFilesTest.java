package dev.jarbor.cluster.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.access.FollowedAuthorizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --authentication-config} and {@code --authorization-config}, and the flags that contradict them. */
class AccessFilesTest {
    @TempDir
    private Path folder;

    private static ServerSettings settings(String... flags) {
        var all = new TreeMap<String, List<String>>();
        Arrays.stream(flags).map(flag -> flag.split("=", 2)).forEach(pair -> all.put(pair[0], List.of(pair[1])));
        return PlaneSettings.of(OptionValues.ofFlags(all)).server();
    }

    private static AbstractThrowableAssert<?, ?> refused(String... flags) {
        return assertThatThrownBy(() -> settings(flags)).isInstanceOf(WrongOption.class);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text).toString();
    }

    @Test
    void issuersComeFromAFileOrFromFlags() throws IOException {
        String file = file("""
                apiVersion: apiserver.config.k8s.io/v1
                kind: AuthenticationConfiguration
                anonymous: {enabled: true, conditions: [{path: /livez}]}
                jwt:
                - issuer: {url: https://issuer, audiences: [shop]}
                  claimMappings: {username: {claim: sub, prefix: ""}}
                """);
        ServerSettings read = settings("authentication-config=" + file);

        assertThat(read.authentication().others()).hasSize(1);
        assertThat(read.authentication().anonymous().paths()).containsExactly("/livez");
        assertThat(settings("oidc-issuer-url=https://issuer", "oidc-client-id=shop")
                        .authentication()
                        .others())
                .hasSize(1);
        refused("authentication-config=" + file, "oidc-issuer-url=https://issuer", "oidc-client-id=shop")
                .hasMessage("--authentication-config and --oidc-issuer-url contradict each other: give one of them");
        refused("authentication-config=" + file, "anonymous-auth=true")
                .hasMessage("--anonymous-auth and the anonymous field of --authentication-config contradict each other:"
                        + " give one of them");
        refused("authentication-config=" + file, "service-account-issuer=https://issuer")
                .hasMessageContaining("URL must not overlap with disallowed issuers: [https://issuer]");
    }

    @Test
    void authorizersComeFromAFileOrFromFlags() throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://decides.example.com"}}]
                users: [{name: u, user: {token: secret}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """);
        String file = file("""
                apiVersion: apiserver.config.k8s.io/v1
                kind: AuthorizationConfiguration
                authorizers:
                - {type: Node, name: node}
                - {type: RBAC, name: rbac}
                - type: Webhook
                  name: decides
                  webhook:
                    timeout: 3s
                    subjectAccessReviewVersion: v1
                    failurePolicy: NoOpinion
                    connectionInfo: {type: KubeConfigFile, kubeConfigFile: %s}
                """.formatted(kubeconfig));

        assertThat(settings("authorization-config=" + file).authorization().chain())
                .singleElement()
                .isInstanceOfSatisfying(
                        FollowedAuthorizers.class,
                        followed -> assertThat(followed.configuration().authorizers())
                                .hasSize(3));
        refused("authorization-config=" + file, "authorization-mode=RBAC")
                .hasMessage("--authorization-config and --authorization-mode contradict each other: give one of them");
        refused("authorization-config=" + file, "authorization-webhook-config-file=" + kubeconfig)
                .hasMessageContaining("contradict each other");
        refused("authorization-config=" + file(Files.readString(Path.of(file)).replace("type: RBAC", "type: ABAC")))
                .hasMessageContaining("ABAC needs --authorization-policy-file too");
    }
}
