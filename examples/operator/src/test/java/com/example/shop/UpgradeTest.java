package com.example.shop;

import static com.example.shop.Shops.deployment;
import static com.example.shop.Shops.pods;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@ShopTest
class UpgradeTest {
    private static Shops shops;

    @BeforeAll
    static void open(Jarbor cluster) {
        shops = Shops.open(cluster);
    }

    @AfterAll
    static void close() {
        shops.close();
    }

    private static Set<String> images(KubernetesClient client) {
        return pods(client, "books").stream()
                .map(pod -> pod.getSpec().getContainers().getFirst().getImage())
                .collect(Collectors.toSet());
    }

    @Test
    void anotherImageIsRolledOut(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withReplicas(2));
        shops.change(client, "books", spec -> spec.withImage("shop:2"));
        shops.await(() -> Shops.isOpen(client, "books") && images(client).equals(Set.of("shop:2")));
        assertThat(client.apps().replicaSets().list().getItems())
                .hasSize(2)
                .anySatisfy(old -> assertThat(old.getSpec().getReplicas()).isZero());
    }

    @Test
    void aShopGrowsAndShrinks(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        shops.change(client, "books", spec -> spec.withReplicas(4));
        shops.await(() -> Shops.isOpen(client, "books") && pods(client, "books").size() == 4);
        shops.change(client, "books", spec -> spec.withReplicas(1));
        shops.await(() -> pods(client, "books").size() == 1);
    }

    @Test
    void anotherGreetingMakesNewPods(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        String before = pods(client, "books").getFirst().getMetadata().getUid();
        shops.change(client, "books", spec -> spec.withGreeting("good evening"));
        shops.await(() -> pods(client, "books").size() == 1
                && !pods(client, "books").getFirst().getMetadata().getUid().equals(before));
        assertThat(client.configMaps().withName("books-greeting").get().getData())
                .containsEntry("greeting", "good evening");
    }

    @Test
    void backupsAreSwitchedOnAndOff(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        var backup = client.batch().v1().cronjobs().withName("books-backup");
        shops.change(client, "books", spec -> spec.withBackup("0 3 * * 0"));
        shops.await(() -> backup.get() != null);
        shops.change(client, "books", spec -> spec.withBackup(null));
        shops.await(() -> backup.get() == null);
    }

    @Test
    void theStatusFollowsTheGeneration(KubernetesClient client) {
        Shop before = shops.opened(client, "books", ShopSpec.of("shop:1"));
        shops.change(client, "books", spec -> spec.withReplicas(2));
        shops.await(() -> Shops.isOpen(client, "books"));
        Shop after = Shops.shop(client, "books").get();
        assertThat(after.getStatus().observedGeneration()).isEqualTo(before.getMetadata().getGeneration() + 1);
        assertThat(deployment(client, "books").getSpec().getReplicas()).isEqualTo(2);
    }
}
