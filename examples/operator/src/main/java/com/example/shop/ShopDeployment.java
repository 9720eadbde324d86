package com.example.shop;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import java.util.Map;

/** The pods of a shop; another greeting makes new ones. */
@KubernetesDependent
public class ShopDeployment extends CRUDKubernetesDependentResource<Deployment, Shop> {
    public ShopDeployment() {
        super(Deployment.class);
    }

    @Override
    protected Deployment desired(Shop shop, Context<Shop> context) {
        ShopSpec spec = shop.getSpec();
        return new DeploymentBuilder()
                .withMetadata(ShopParts.metadata(shop, ""))
                .withNewSpec()
                .withReplicas(spec.replicas())
                .withNewSelector()
                .withMatchLabels(ShopParts.labels(shop))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(ShopParts.labels(shop))
                .withAnnotations(Map.of("example.com/greeting", Integer.toHexString(spec.greeting().hashCode())))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("shop")
                .withImage(spec.image())
                .addNewPort()
                .withContainerPort(8080)
                .endPort()
                .addNewEnv()
                .withName("GREETING")
                .withNewValueFrom()
                .withNewConfigMapKeyRef("greeting", shop.getMetadata().getName() + "-greeting", false)
                .endValueFrom()
                .endEnv()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
