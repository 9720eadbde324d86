package com.example.shop;

import static com.example.shop.Shops.deployment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@ShopTest
class DriftTest {
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
    void aDeploymentThatIsDeletedComesBack(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        String before = deployment(client, "books").getMetadata().getUid();
        client.apps().deployments().withName("books").delete();
        shops.await(() -> deployment(client, "books") != null
                && !deployment(client, "books").getMetadata().getUid().equals(before)
                && Shops.isOpen(client, "books"));
    }

    @Test
    void aGreetingThatIsDeletedComesBack(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        var greeting = client.configMaps().withName("books-greeting");
        greeting.delete();
        shops.await(() -> greeting.get() != null);
    }

    @Test
    void aChangedReplicaCountIsSetBack(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withReplicas(2));
        client.apps().deployments().withName("books").scale(5);
        shops.await(() -> deployment(client, "books").getSpec().getReplicas() == 2);
    }

    @Test
    void aChangedGreetingIsSetBack(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        var greeting = client.configMaps().withName("books-greeting");
        greeting.edit(map -> new ConfigMapBuilder(map).addToData("greeting", "go away").build());
        shops.await(() -> greeting.get().getData().get("greeting").equals("welcome"));
    }

    @Test
    void whatOthersAddStays(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        client.apps().deployments().withName("books").edit(found -> new DeploymentBuilder(found)
                .editMetadata()
                .addToAnnotations("example.org/cost-centre", "42")
                .endMetadata()
                .build());
        shops.change(client, "books", spec -> spec.withReplicas(2));
        shops.await(() -> deployment(client, "books").getSpec().getReplicas() == 2);
        assertThat(deployment(client, "books").getMetadata().getAnnotations())
                .containsEntry("example.org/cost-centre", "42");
    }
}
