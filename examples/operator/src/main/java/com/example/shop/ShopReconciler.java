package com.example.shop;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps what a shop is made of, by server-side apply, and its line in the directory, by a finalizer. The licence is a Secret
 * that others make: a shop is looked at again whenever the one that it names changes.
 */
@Workflow(
        dependents = {
            @Dependent(type = GreetingConfigMap.class),
            @Dependent(type = ShopDeployment.class),
            @Dependent(type = ShopService.class),
            @Dependent(type = BackupCronJob.class, reconcilePrecondition = BackupCronJob.Wanted.class)
        })
@ControllerConfiguration(name = "shop", finalizerName = ShopReconciler.FINALIZER)
@GradualRetry(initialInterval = 50, intervalMultiplier = 2, maxAttempts = 10)
public class ShopReconciler implements Reconciler<Shop>, Cleaner<Shop> {
    static final String FINALIZER = "example.com/directory";

    private final ShopDirectory directory;

    public ShopReconciler(ShopDirectory directory) {
        this.directory = directory;
    }

    @Override
    public List<EventSource<?, Shop>> prepareEventSources(EventSourceContext<Shop> context) {
        InformerEventSourceConfiguration<Secret> licences = InformerEventSourceConfiguration.from(
                        Secret.class, Shop.class)
                .withName("licences")
                .withSecondaryToPrimaryMapper(secret -> shopsWith(secret, context))
                .withPrimaryToSecondaryMapper((Shop shop) -> licenceOf(shop))
                .build();
        return List.of(new InformerEventSource<>(licences, context));
    }

    private static Set<ResourceID> shopsWith(Secret secret, EventSourceContext<Shop> context) {
        return context.getPrimaryCache()
                .list(secret.getMetadata().getNamespace())
                .filter(shop -> secret.getMetadata().getName().equals(shop.getSpec().licence()))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    private static Set<ResourceID> licenceOf(Shop shop) {
        String licence = shop.getSpec().licence();
        return licence == null
                ? Set.of()
                : Set.of(new ResourceID(licence, shop.getMetadata().getNamespace()));
    }

    @Override
    public UpdateControl<Shop> reconcile(Shop shop, Context<Shop> context) {
        directory.list(name(shop));
        Optional<Deployment> deployment = context.getSecondaryResource(Deployment.class);
        int ready = deployment
                .map(Deployment::getStatus)
                .map(status -> status.getReadyReplicas())
                .orElse(0);
        String phase = ready >= shop.getSpec().replicas() ? "Open" : "Opening";
        ShopStatus status = new ShopStatus(phase, ready, shop.getMetadata().getGeneration(), licence(shop, context));
        if (status.equals(shop.getStatus())) {
            return UpdateControl.noUpdate();
        }
        return UpdateControl.patchStatus(onlyStatus(shop, status));
    }

    private static String licence(Shop shop, Context<Shop> context) {
        if (shop.getSpec().licence() == null) {
            return null;
        }
        return context.getSecondaryResource(Secret.class).isPresent() ? "valid" : "missing";
    }

    /** What is applied is what this operator answers for: the status, and nothing of the spec. */
    private static Shop onlyStatus(Shop shop, ShopStatus status) {
        var applied = new Shop();
        applied.setMetadata(new ObjectMetaBuilder()
                .withName(shop.getMetadata().getName())
                .withNamespace(shop.getMetadata().getNamespace())
                .build());
        applied.setStatus(status);
        return applied;
    }

    @Override
    public DeleteControl cleanup(Shop shop, Context<Shop> context) {
        directory.remove(name(shop));
        return DeleteControl.defaultDelete();
    }

    private static String name(Shop shop) {
        return shop.getMetadata().getNamespace() + "/" + shop.getMetadata().getName();
    }
}
