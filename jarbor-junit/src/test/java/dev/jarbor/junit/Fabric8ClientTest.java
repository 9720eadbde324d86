package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.junit.fabric8.Fabric8Clients;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the Fabric8 client does through the door, without a socket. */
@JarborTest(manifests = "shop-definition.yaml")
class Fabric8ClientTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    static Deployment web(int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(Map.of("app", "web"))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("web:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static ConfigMap settings(String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .endMetadata()
                .addToData("key", value)
                .build();
    }

    @ParameterizedTest
    @EnumSource(TimeMode.class)
    void aRolloutIsSeenThroughTheClientHoweverTimePasses(TimeMode mode) {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(mode));
                KubernetesClient client = Fabric8Clients.of(cluster)) {
            client.resource(web(3)).create();
            assertThat(cluster.time()
                            .until(
                                    () -> client.apps()
                                            .deployments()
                                            .withName("web")
                                            .isReady(),
                                    SOON))
                    .isTrue();
            assertThat(client.pods().withLabel("app", "web").list().getItems()).hasSize(3);
        }
    }

    @Test
    void theClientItselfWaitsWhileTimePassesByItself(KubernetesClient client) {
        client.resource(web(2)).create();
        Deployment ready = client.apps().deployments().withName("web").waitUntilReady(30, TimeUnit.SECONDS);
        assertThat(ready.getStatus().getReadyReplicas()).isEqualTo(2);
    }

    @Test
    void refusalsComeWithTheirStatus(KubernetesClient client) {
        client.resource(settings("a")).create();
        assertThatThrownBy(() -> client.resource(settings("b")).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, refused -> {
                    assertThat(refused.getCode()).isEqualTo(409);
                    assertThat(refused.getStatus().getReason()).isEqualTo("AlreadyExists");
                });
    }

    @Test
    void everyPatchTypeIsTaken(KubernetesClient client) {
        client.resource(settings("a")).serverSideApply();
        var stored = client.configMaps().withName("settings");
        stored.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"merge\":\"1\"}}");
        stored.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"strategic\":\"1\"}}");
        stored.patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"add\",\"path\":\"/data/json\",\"value\":\"1\"}]");
        stored.edit(map -> new ConfigMapBuilder(map).addToData("edit", "1").build());
        assertThat(stored.get().getData()).containsOnlyKeys("key", "merge", "strategic", "json", "edit");
    }

    @Test
    void aWatchTellsEachChangeInOrder(KubernetesClient client) throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Watch watch = client.configMaps().withName("settings").watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                seen.add(action + " " + map.getData().get("key"));
            }

            @Override
            public void onClose(WatcherException why) {}
        })) {
            client.resource(settings("a")).create();
            client.resource(settings("b")).update();
            client.resource(settings("b")).delete();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED a");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("MODIFIED b");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETED b");
        }
    }

    @Test
    void anInformerFollowsCustomResources(Jarbor cluster, KubernetesClient client) {
        var shop = new GenericKubernetesResource();
        shop.setApiVersion("example.com/v1");
        shop.setKind("Shop");
        shop.setMetadata(new ObjectMetaBuilder().withName("one").build());
        var shops = client.genericKubernetesResources("example.com/v1", "Shop");
        try (SharedIndexInformer<GenericKubernetesResource> informer =
                shops.inNamespace(client.getNamespace()).inform()) {
            client.resource(shop).create();
            assertThat(cluster.time().until(() -> informer.getStore().list().size() == 1, SOON))
                    .isTrue();
            assertThat(informer.getStore().list().getFirst().<Integer>get("spec", "replicas"))
                    .isNull();
            shops.inNamespace(client.getNamespace()).withName("one").delete();
            assertThat(cluster.time().until(() -> informer.getStore().list().isEmpty(), SOON))
                    .isTrue();
        }
    }

    @Test
    void eachTestStartsInAClusterOfItsOwn(KubernetesClient client) {
        assertThat(client.configMaps().withName("settings").get()).isNull();
        client.resource(settings("a")).create();
    }
}
