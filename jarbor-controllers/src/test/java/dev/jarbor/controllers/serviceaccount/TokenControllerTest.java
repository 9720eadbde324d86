package dev.jarbor.controllers.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.controllers.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenControllerTest {
    private static final String NAMESPACE = "shop";
    private static final ObjectKey TOKEN = new ObjectKey(NAMESPACE, "robot-token");

    private final World world = new World(1);

    TokenControllerTest() {
        world.start(new TokenController(world.api, world.informers, world.runtime, "PEM", claims -> "signed"));
    }

    private ServiceAccount account(String... secrets) {
        return world.api.create(
                ServiceAccount.KIND,
                ServiceAccount.named(NAMESPACE, "robot")
                        .withSecrets(List.of(secrets).stream()
                                .map(name -> ObjectReference.EMPTY.withName(name))
                                .toList()));
    }

    private void token(Map<String, String> annotations) {
        Secret secret = Secret.named(NAMESPACE, TOKEN.name()).withType(TokenSecret.TYPE);
        world.api.create(Secret.KIND, secret.withMetadata(secret.metadata().withAnnotations(annotations)));
        world.settle();
    }

    private Secret token() {
        return world.the(Secret.KIND, NAMESPACE, TOKEN.name());
    }

    @Test
    void aSecretIsFilledForItsAccountAndGoesWithIt() {
        ServiceAccount account = account();
        token(Map.of("kubernetes.io/service-account.name", "robot"));
        assertThat(token().value().object("data").names()).containsExactlyInAnyOrder("ca.crt", "namespace", "token");
        assertThat(token().metadata().annotations())
                .containsEntry(
                        "kubernetes.io/service-account.uid", account.metadata().uid());
        world.api.delete(ServiceAccount.KIND, account.key());
        world.settle();
        assertThat(world.all(Secret.KIND)).isEmpty();
    }

    @Test
    void aSecretOfAnEarlierAccountOfThatNameGoes() {
        account();
        token(Map.of("kubernetes.io/service-account.name", "robot", "kubernetes.io/service-account.uid", "earlier"));
        assertThat(world.all(Secret.KIND)).isEmpty();
    }

    @Test
    void anAccountForgetsATokenThatIsGoneAndNoOtherSecret() {
        ServiceAccount account = account("mine", TOKEN.name());
        token(Map.of("kubernetes.io/service-account.name", "robot"));
        world.api.delete(Secret.KIND, TOKEN);
        world.settle();
        assertThat(world.the(ServiceAccount.KIND, NAMESPACE, account.name()).secrets())
                .extracting(ObjectReference::name)
                .containsExactly("mine");
    }
}
