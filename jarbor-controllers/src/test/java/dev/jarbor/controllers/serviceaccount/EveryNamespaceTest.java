package dev.jarbor.controllers.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.controllers.World;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EveryNamespaceTest {
    private static World world() {
        World world = new World(1);
        world.start(
                new ServiceAccountController(world.api, world.informers, world.runtime),
                new RootCertificateController(world.api, world.informers, world.runtime, "PEM"));
        world.api.create(Namespace.KIND, Namespace.named("shop"));
        world.settle();
        return world;
    }

    @Test
    void aNewNamespaceGetsItsAccountAndTheRootCertificate() {
        World world = world();
        assertThat(world.all(ServiceAccount.KIND))
                .extracting(ServiceAccount::key)
                .containsExactly(key("default"));
        assertThat(world.the(ConfigMap.KIND, "shop", "kube-root-ca.crt").data()).isEqualTo(Map.of("ca.crt", "PEM"));
    }

    @Test
    void whatIsDeletedOrChangedIsRestored() {
        World world = world();
        world.api.delete(ServiceAccount.KIND, key("default"));
        ConfigMap certificate = world.the(ConfigMap.KIND, "shop", "kube-root-ca.crt");
        world.api.update(ConfigMap.KIND, certificate.withData(Map.of("ca.crt", "other", "more", "x")));
        world.settle();
        assertThat(world.all(ServiceAccount.KIND)).hasSize(1);
        assertThat(world.the(ConfigMap.KIND, "shop", "kube-root-ca.crt").data()).isEqualTo(Map.of("ca.crt", "PEM"));
    }

    @Test
    void whatTheCertificateIsForIsSaidAgainBesideWhatOthersSay() {
        World world = world();
        ConfigMap certificate = world.the(ConfigMap.KIND, "shop", "kube-root-ca.crt");
        world.api.update(
                ConfigMap.KIND,
                certificate.withMetadata(certificate.metadata().withAnnotations(Map.of("example.com/mine", "yes"))));
        world.settle();
        assertThat(world.the(ConfigMap.KIND, "shop", "kube-root-ca.crt")
                        .metadata()
                        .annotations())
                .containsOnlyKeys("example.com/mine", "kubernetes.io/description");
    }

    @Test
    void aNamespaceOnItsWayOutGetsNothing() {
        World world = world();
        world.api.delete(Namespace.KIND, ObjectKey.cluster("shop"));
        world.settle();
        world.api.delete(ServiceAccount.KIND, key("default"));
        world.api.delete(ConfigMap.KIND, key("kube-root-ca.crt"));
        world.settle();
        assertThat(world.all(ServiceAccount.KIND)).isEmpty();
        assertThat(world.all(ConfigMap.KIND)).isEmpty();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("shop", name);
    }
}
