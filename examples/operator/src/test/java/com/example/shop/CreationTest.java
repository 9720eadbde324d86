package com.example.shop;

import static com.example.shop.Shops.pods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@ShopTest
class CreationTest {
    private static Shops shops;

    @BeforeAll
    static void open(Jarbor cluster) {
        shops = Shops.open(cluster);
    }

    @AfterAll
    static void close() {
        shops.close();
    }

    @Test
    void aShopOpensWhenItsPodsAreReady(KubernetesClient client) {
        Shop shop = shops.opened(client, "books", ShopSpec.of("shop:1").withReplicas(3));
        assertThat(shop.getStatus().readyReplicas()).isEqualTo(3);
        assertThat(pods(client, "books"))
                .hasSize(3)
                .allSatisfy(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running"));
    }

    @Test
    void theServerFillsInWhatIsNotSaid(KubernetesClient client) {
        Shop shop = shops.opened(client, "books", ShopSpec.of("shop:1"));
        assertThat(shop.getSpec().replicas()).isEqualTo(1);
        assertThat(shop.getSpec().greeting()).isEqualTo("welcome");
    }

    @Test
    void theServerRefusesWhatCannotBe(KubernetesClient client) {
        Shop impossible = Shops.shop("books", ShopSpec.of("shop:1").withReplicas(-1));
        assertThatThrownBy(() -> client.resource(impossible).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, refused -> assertThat(refused.getCode())
                        .isEqualTo(422))
                .hasMessageContaining("spec.replicas");
    }

    @Test
    void theGreetingIsInAConfigMap(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withGreeting("hello"));
        assertThat(client.configMaps().withName("books-greeting").get().getData()).containsEntry("greeting", "hello");
    }

    @Test
    void theServiceLeadsToEveryPod(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withReplicas(2));
        shops.await(() -> addresses(client) == 2);
    }

    private static long addresses(KubernetesClient client) {
        List<EndpointSlice> slices = client.discovery()
                .v1()
                .endpointSlices()
                .withLabel("kubernetes.io/service-name", "books")
                .list()
                .getItems();
        return slices.stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .count();
    }

    @Test
    void everyPartIsOwnedByTheShop(KubernetesClient client) {
        Shop shop = shops.opened(client, "books", ShopSpec.of("shop:1").withBackup("0 3 * * 0"));
        List<HasMetadata> parts = List.of(
                Shops.deployment(client, "books"),
                client.services().withName("books").get(),
                client.configMaps().withName("books-greeting").get(),
                client.batch().v1().cronjobs().withName("books-backup").get());
        assertThat(parts).allSatisfy(part -> assertThat(part.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(shop.getMetadata().getUid())));
    }

    @Test
    void aShopIsListedInTheDirectoryAndHeldByAFinalizer(KubernetesClient client) {
        Shop shop = shops.opened(client, "books", ShopSpec.of("shop:1"));
        assertThat(shops.directory.listed).contains(client.getNamespace() + "/books");
        assertThat(shop.getMetadata().getFinalizers()).containsExactly(ShopReconciler.FINALIZER);
    }

    @Test
    void withoutAScheduleThereIsNoBackup(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        assertThat(client.batch().v1().cronjobs().list().getItems()).isEmpty();
    }

    @Test
    void shopsDoNotMeddleWithEachOther(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withReplicas(2));
        shops.opened(client, "records", ShopSpec.of("shop:2"));
        assertThat(pods(client, "books")).hasSize(2);
        assertThat(pods(client, "records")).hasSize(1);
    }

    @Test
    void onlyWhatTheOperatorSaysIsItsOwn(KubernetesClient client) {
        Shop shop = shops.opened(client, "books", ShopSpec.of("shop:1"));
        assertThat(shop.getMetadata().getManagedFields())
                .filteredOn(entry -> "status".equals(entry.getSubresource()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.getOperation()).isEqualTo("Apply"));
    }
}
