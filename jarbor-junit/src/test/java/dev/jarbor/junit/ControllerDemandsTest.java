package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.TimeMode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an API server alone does not do, and what takes hours elsewhere: the demands of docs/coverage/testing.md. */
@JarborTest(time = TimeMode.MANUAL, nodes = 2)
class ControllerDemandsTest {
    private static final Duration SOON = Duration.ofMinutes(5);

    private static ConfigMap owned(ConfigMap owner, String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .build();
    }

    private static ConfigMap owner(KubernetesClient client) {
        return client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .endMetadata()
                        .build())
                .create();
    }

    @Test
    void whatIsOwnedGoesWithItsOwner(Jarbor cluster, KubernetesClient client) {
        client.resource(owned(owner(client), "owned")).create();
        client.configMaps().withName("owner").delete();
        assertThat(cluster.time()
                        .until(() -> client.configMaps().withName("owned").get() == null, SOON))
                .isTrue();
    }

    @Test
    void orphansStayWhenThatIsAsked(Jarbor cluster, KubernetesClient client) {
        client.resource(owned(owner(client), "owned")).create();
        client.configMaps()
                .withName("owner")
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        cluster.time().advance(SOON);
        assertThat(client.configMaps().withName("owner").get()).isNull();
        assertThat(client.configMaps().withName("owned").get().getMetadata().getOwnerReferences())
                .isEmpty();
    }

    @Test
    void aNamespaceIsDeletedToTheEnd(Jarbor cluster, KubernetesClient client) {
        owner(client);
        client.resource(Fabric8ClientTest.web(2)).create();
        cluster.time().advance(Duration.ofMinutes(1));
        var namespace = client.namespaces().withName(client.getNamespace());
        namespace.delete();
        assertThat(cluster.time().until(() -> namespace.get() == null, SOON)).isTrue();
    }

    @Test
    void aDeploymentGetsItsStatusAndIsScaled(Jarbor cluster, KubernetesClient client) {
        client.resource(Fabric8ClientTest.web(1)).create();
        cluster.time().advance(Duration.ofMinutes(1));
        var web = client.apps().deployments().withName("web");
        assertThat(web.get().getStatus().getReadyReplicas()).isEqualTo(1);
        web.scale(3);
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(web.get().getStatus().getReadyReplicas()).isEqualTo(3);
    }

    @Test
    void aScheduleIsSeenADayAhead(Jarbor cluster, KubernetesClient client) {
        client.resource(new CronJobBuilder()
                        .withNewMetadata()
                        .withName("daily")
                        .endMetadata()
                        .withNewSpec()
                        .withSchedule("0 3 * * *")
                        .withNewJobTemplate()
                        .withNewSpec()
                        .withNewTemplate()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("main")
                        .withImage("backup:1")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .endJobTemplate()
                        .endSpec()
                        .build())
                .create();
        cluster.time().advance(Duration.ofDays(1));
        assertThat(client.batch().v1().jobs().list().getItems())
                .singleElement()
                .satisfies(job -> assertThat(job.getStatus().getStartTime()).isEqualTo("2030-01-01T03:00:00Z"));
    }

    @Test
    void timeStandsStillUntilItIsTold(Jarbor cluster, KubernetesClient client) {
        var before = cluster.time().now();
        client.resource(Fabric8ClientTest.web(1)).create();
        assertThat(cluster.time().now()).isEqualTo(before);
    }
}
