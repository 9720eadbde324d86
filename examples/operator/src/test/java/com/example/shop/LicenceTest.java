package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@ShopTest
class LicenceTest {
    private static Shops shops;

    @BeforeAll
    static void open(Jarbor cluster) {
        shops = Shops.open(cluster);
    }

    @AfterAll
    static void close() {
        shops.close();
    }

    private static Secret licence(String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToStringData("key", "1234")
                .build();
    }

    private static String state(KubernetesClient client) {
        return String.valueOf(Shops.shop(client, "books").get().getStatus().licence());
    }

    @Test
    void aMissingLicenceIsToldInTheStatus(KubernetesClient client) {
        Shop shop = shops.opened(client, "books", ShopSpec.of("shop:1").withLicence("licence"));
        assertThat(shop.getStatus().licence()).isEqualTo("missing");
    }

    @Test
    void aLicenceThatComesLaterIsSeen(KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withLicence("licence"));
        client.resource(licence("licence")).create();
        shops.await(() -> state(client).equals("valid"));
    }

    @Test
    void aLicenceThatGoesIsMissed(KubernetesClient client) {
        client.resource(licence("licence")).create();
        shops.opened(client, "books", ShopSpec.of("shop:1").withLicence("licence"));
        shops.await(() -> state(client).equals("valid"));
        client.secrets().withName("licence").delete();
        shops.await(() -> state(client).equals("missing"));
    }
}
