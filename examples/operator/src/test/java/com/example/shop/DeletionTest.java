package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@ShopTest
class DeletionTest {
    private static Shops shops;

    @BeforeAll
    static void open(Jarbor cluster) {
        shops = Shops.open(cluster);
    }

    @AfterAll
    static void close() {
        shops.close();
    }

    private static boolean isGone(KubernetesClient client) {
        return Shops.shop(client, "books").get() == null;
    }

    @Test
    void aShopLeavesTheDirectoryBeforeItGoes(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        Shops.shop(client, "books").delete();
        shops.await(() -> isGone(client));
        assertThat(shops.directory.listed).doesNotContain(client.getNamespace() + "/books");
    }

    @Test
    void allPartsGoWithTheShop(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withBackup("0 3 * * 0"));
        Shops.shop(client, "books").delete();
        shops.await(() -> Shops.deployment(client, "books") == null
                && Shops.pods(client, "books").isEmpty()
                && client.services().withName("books").get() == null
                && client.batch().v1().cronjobs().withName("books-backup").get() == null
                && client.configMaps().withName("books-greeting").get() == null);
    }

    @Test
    void aShopStaysWhileTheDirectoryDoesNotAnswer(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        shops.directory.unreachable = true;
        try {
            Shops.shop(client, "books").delete();
            shops.await(() -> Shops.shop(client, "books").get().getMetadata().getDeletionTimestamp() != null);
            assertThat(isGone(client)).isFalse();
        } finally {
            shops.directory.unreachable = false;
        }
        shops.await(() -> isGone(client));
    }

    @Test
    void aNamespaceIsDeletedWithTheShopsInIt(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1"));
        var namespace = client.namespaces().withName(client.getNamespace());
        namespace.delete();
        shops.await(() -> namespace.get() == null);
        assertThat(shops.directory.listed).doesNotContain(client.getNamespace() + "/books");
    }
}
