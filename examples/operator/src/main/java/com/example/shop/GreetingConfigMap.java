package com.example.shop;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** What the pods say. */
@KubernetesDependent
public class GreetingConfigMap extends CRUDKubernetesDependentResource<ConfigMap, Shop> {
    public GreetingConfigMap() {
        super(ConfigMap.class);
    }

    @Override
    protected ConfigMap desired(Shop shop, Context<Shop> context) {
        return new ConfigMapBuilder()
                .withMetadata(ShopParts.metadata(shop, "-greeting"))
                .addToData("greeting", shop.getSpec().greeting())
                .build();
    }
}
