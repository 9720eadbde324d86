package dev.jarbor.controllers.bootstraptoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BootstrapTokenTest {
    private final World world = new World(1);

    private void start() {
        world.start(
                new BootstrapSigner(world.api, world.informers, world.runtime),
                new BootstrapTokenCleaner(world.api, world.informers, world.runtime));
    }

    private Secret token(String id, Map<String, String> more) {
        ObjectValue.Builder data =
                ObjectValue.builder().put("token-id", coded(id)).put("token-secret", coded("0123456789abcdef"));
        more.forEach((name, value) -> data.put(name, coded(value)));
        Secret secret = Secret.named("kube-system", "bootstrap-token-" + id).withType("bootstrap.kubernetes.io/token");
        return world.api.create(Secret.KIND, new Secret(secret.value().with("data", data.build())));
    }

    private static String coded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, String> info() {
        return world.the(ConfigMap.KIND, "kube-public", "cluster-info").data();
    }

    @Test
    void theClustersPublicFaceIsSignedByEveryTokenMeantForIt() {
        start();
        world.api.create(
                ConfigMap.KIND,
                ConfigMap.named("kube-public", "cluster-info").withData(Map.of("kubeconfig", "payload")));
        Secret signing = token("abcdef", Map.of("usage-bootstrap-signing", "true"));
        token("fedcba", Map.of("usage-bootstrap-authentication", "true"));
        world.settle();
        // Computed with openssl dgst -sha256 -hmac over the two encoded parts.
        assertThat(info())
                .containsOnlyKeys("kubeconfig", "jws-kubeconfig-abcdef")
                .containsEntry(
                        "jws-kubeconfig-abcdef",
                        "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..pQpAf41KnbpDpf53Otu_ufAeAbWD9CSytTS_WpoG4Mc");
        world.api.delete(Secret.KIND, signing.key());
        world.settle();
        assertThat(info()).containsOnlyKeys("kubeconfig");
    }

    @Test
    void aTokenGoesWhenItsTimeIsOver() {
        start();
        token(
                "abcdef",
                Map.of("expiration", world.runtime.now().plusSeconds(3600).toString()));
        token("badbad", Map.of("expiration", "soon"));
        token("fedcba", Map.of());
        world.runtime.advance(Duration.ofMinutes(59));
        assertThat(world.all(Secret.KIND))
                .extracting(Secret::name)
                .containsExactly("bootstrap-token-abcdef", "bootstrap-token-fedcba");
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(world.all(Secret.KIND)).extracting(Secret::name).containsExactly("bootstrap-token-fedcba");
    }
}
