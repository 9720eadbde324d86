package com.example.shop;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;

/** Backups, where a shop wants them. */
@KubernetesDependent
public class BackupCronJob extends CRUDKubernetesDependentResource<CronJob, Shop> {
    public BackupCronJob() {
        super(CronJob.class);
    }

    /** Without a schedule there is none; taking the schedule away takes the CronJob away. */
    public static class Wanted implements Condition<CronJob, Shop> {
        @Override
        public boolean isMet(DependentResource<CronJob, Shop> dependent, Shop shop, Context<Shop> context) {
            return shop.getSpec().backup() != null;
        }
    }

    @Override
    protected CronJob desired(Shop shop, Context<Shop> context) {
        return new CronJobBuilder()
                .withMetadata(ShopParts.metadata(shop, "-backup"))
                .withNewSpec()
                .withSchedule(shop.getSpec().backup())
                .withConcurrencyPolicy("Forbid")
                .withNewJobTemplate()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("backup")
                .withImage("backup:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .build();
    }
}
