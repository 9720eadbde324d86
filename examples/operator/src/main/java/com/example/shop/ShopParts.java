package com.example.shop;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;

/** What the parts of a shop have in common. */
final class ShopParts {
    private ShopParts() {}

    static Map<String, String> labels(Shop shop) {
        return Map.of("app.kubernetes.io/name", "shop", "app.kubernetes.io/instance", shop.getMetadata().getName());
    }

    static ObjectMeta metadata(Shop shop, String suffix) {
        return new ObjectMetaBuilder()
                .withName(shop.getMetadata().getName() + suffix)
                .withNamespace(shop.getMetadata().getNamespace())
                .withLabels(labels(shop))
                .build();
    }
}
