package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.TimeMode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users of mock servers have asked for and not got: one test for each demand of docs/coverage/testing.md. */
@JarborTest(time = TimeMode.MANUAL, manifests = "shop-definition.yaml")
class MockServerDemandsTest {
    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("tier", value)
                .endMetadata()
                .addToData("key", value)
                .build();
    }

    private static int code(Runnable refused) {
        try {
            refused.run();
            return 0;
        } catch (KubernetesClientException refusal) {
            return refusal.getCode();
        }
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("web:1")
                .endContainer()
                .endSpec()
                .build();
    }

    private static Resource<GenericKubernetesResource> shop(KubernetesClient client) {
        var shop = new GenericKubernetesResource();
        shop.setApiVersion("example.com/v1");
        shop.setKind("Shop");
        shop.setMetadata(new ObjectMetaBuilder().withName("one").build());
        shop.setAdditionalProperty("spec", Map.of("replicas", 2));
        client.resource(shop).create();
        return client.genericKubernetesResources("example.com/v1", "Shop")
                .inNamespace(client.getNamespace())
                .withName("one");
    }

    @Test
    void serverSideApplyCreatesAndChanges(KubernetesClient client) {
        client.resource(map("one", "a")).serverSideApply();
        client.resource(map("one", "b")).serverSideApply();
        assertThat(client.configMaps().withName("one").get().getData()).containsEntry("key", "b");
    }

    @Test
    void aRollingRestartIsAStrategicMerge(Jarbor cluster, KubernetesClient client) {
        client.resource(Fabric8ClientTest.web(1)).create();
        cluster.time().advance(Duration.ofMinutes(1));
        client.apps().deployments().withName("web").rolling().restart();
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(client.apps().replicaSets().list().getItems()).hasSize(2);
    }

    @Test
    void aStatusIsPatchedAloneAndBumpsNoGeneration(KubernetesClient client) {
        var shop = shop(client);
        long generation = shop.get().getMetadata().getGeneration();
        shop.subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Open\"}}");
        assertThat(shop.get().<String>get("status", "phase")).isEqualTo("Open");
        assertThat(shop.get().getMetadata().getGeneration()).isEqualTo(generation);
        assertThat(shop.get().<Integer>get("spec", "replicas")).isEqualTo(2);
    }

    @Test
    void everyWriteHasAResourceVersionThatGrows(KubernetesClient client) {
        long before = Long.parseLong(
                client.resource(map("one", "a")).create().getMetadata().getResourceVersion());
        long after = Long.parseLong(
                client.resource(map("two", "a")).create().getMetadata().getResourceVersion());
        assertThat(after).isGreaterThan(before);
        assertThat(Long.parseLong(client.configMaps().list().getMetadata().getResourceVersion()))
                .isGreaterThanOrEqualTo(after);
    }

    @Test
    void aStaleReplacementIsAConflict(KubernetesClient client) {
        ConfigMap stale = client.resource(map("one", "a")).create();
        client.resource(map("one", "b")).update();
        assertThat(code(() -> client.resource(stale).update())).isEqualTo(409);
    }

    @Test
    void aLockedResourceVersionIsHeldTo(KubernetesClient client) {
        String old = client.resource(map("one", "a")).create().getMetadata().getResourceVersion();
        client.resource(map("one", "b")).update();
        assertThat(code(() -> client.resource(map("one", "c"))
                        .lockResourceVersion(old)
                        .delete()))
                .isEqualTo(409);
        assertThat(client.configMaps().withName("one").get()).isNotNull();
    }

    @Test
    void creatingTwiceIsAConflict(KubernetesClient client) {
        client.resource(map("one", "a")).create();
        assertThat(code(() -> client.resource(map("one", "a")).create())).isEqualTo(409);
    }

    @Test
    void podsAreSelectedByPhase(Jarbor cluster, KubernetesClient client) {
        client.resource(pod("runs")).create();
        cluster.time().advance(Duration.ofMinutes(1));
        client.resource(pod("waits")).create();
        assertThat(client.pods().withField("status.phase", "Running").list().getItems())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("runs");
    }

    @Test
    void eventsAreSelectedByWhatTheyAreAbout(KubernetesClient client) {
        for (String about : List.of("one", "two")) {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withName("event-of-" + about)
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withKind("Pod")
                            .withName(about)
                            .withNamespace(client.getNamespace())
                            .endInvolvedObject()
                            .withReason("Testing")
                            .build())
                    .create();
        }
        assertThat(client.v1()
                        .events()
                        .withField("involvedObject.name", "two")
                        .list()
                        .getItems())
                .extracting(event -> event.getMetadata().getName())
                .containsExactly("event-of-two");
    }

    @Test
    void aFinalizerHoldsWhatIsBeingDeleted(KubernetesClient client) {
        ConfigMap held = map("one", "a");
        held.getMetadata().setFinalizers(List.of("example.com/hold"));
        client.resource(held).create();
        client.configMaps().withName("one").delete();
        assertThat(client.configMaps().withName("one").get().getMetadata().getDeletionTimestamp())
                .isNotNull();
        client.configMaps().withName("one").edit(map -> {
            map.getMetadata().setFinalizers(List.of());
            return map;
        });
        assertThat(client.configMaps().withName("one").get()).isNull();
    }

    @Test
    void theServerSaysItsVersion(KubernetesClient client) {
        assertThat(client.getKubernetesVersion().getMajor()).isEqualTo("1");
    }

    @Test
    void customResourcesAreServedAndChecked(KubernetesClient client) {
        var shop = shop(client);
        assertThat(shop.get().<Integer>get("spec", "replicas")).isEqualTo(2);
        assertThatThrownBy(() -> shop.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":0}}"))
                .hasMessageContaining("spec.replicas");
    }

    @Test
    void setBasedSelectorsChoose(KubernetesClient client) {
        for (String value : List.of("a", "b", "c")) {
            client.resource(map("of-" + value, value)).create();
        }
        assertThat(client.configMaps().withLabelIn("tier", "a", "c").list().getItems())
                .extracting(map -> map.getMetadata().getName())
                .containsExactly("of-a", "of-c");
        assertThat(client.configMaps()
                        .withLabelNotIn("tier", "a")
                        .withLabel("tier")
                        .list()
                        .getItems())
                .hasSize(2);
    }

    @Test
    void anUnknownFieldSelectorIsRefusedAndNotIgnored(KubernetesClient client) {
        assertThat(code(() -> client.configMaps().withField("data.key", "a").list()))
                .isEqualTo(400);
    }
}
