package com.example.shop;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** The one address of a shop. */
@KubernetesDependent
public class ShopService extends CRUDKubernetesDependentResource<Service, Shop> {
    public ShopService() {
        super(Service.class);
    }

    @Override
    protected Service desired(Shop shop, Context<Shop> context) {
        return new ServiceBuilder()
                .withMetadata(ShopParts.metadata(shop, ""))
                .withNewSpec()
                .withSelector(ShopParts.labels(shop))
                .addNewPort()
                .withPort(80)
                .withTargetPort(new IntOrString(8080))
                .endPort()
                .endSpec()
                .build();
    }
}
