package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Fabric8 client, unmodified, as operators and test suites on the JVM use it. */
class Fabric8Test {
    private static final String NAMESPACE = "default";

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.simulated(home, 1);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
                .build();
    }

    private static ConfigMap settings(String name, String colour) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToData("colour", colour)
                .build();
    }

    private static Deployment deployment(String name) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("web:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    @Test
    void objectsAreCreatedReadChangedListedAndDeleted() {
        ConfigMap created = client.resource(settings("crud", "blue")).create();
        assertThat(created.getMetadata().getUid()).isNotEmpty();

        client.configMaps()
                .inNamespace(NAMESPACE)
                .withName("crud")
                .edit(found ->
                        new ConfigMapBuilder(found).addToData("colour", "red").build());
        ConfigMap read =
                client.configMaps().inNamespace(NAMESPACE).withName("crud").get();
        assertThat(read.getData()).containsEntry("colour", "red");
        assertThat(client.configMaps().inNamespace(NAMESPACE).list().getItems())
                .extracting(each -> each.getMetadata().getName())
                .contains("crud");

        assertThat(client.resource(read).delete()).hasSize(1);
        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("crud").get())
                .isNull();
    }

    @Test
    void objectsArePatched() {
        client.resource(settings("patched", "blue")).create();
        var patched = client.configMaps().inNamespace(NAMESPACE).withName("patched");

        patched.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"size\":\"large\"}}");
        patched.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        patched.patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"remove\",\"path\":\"/data/colour\"}]");

        assertThat(patched.get().getData()).isEqualTo(Map.of("size", "large"));
        assertThat(patched.get().getMetadata().getLabels()).containsEntry("a", "b");
    }

    @Test
    void aDeploymentIsScaledRolledAndUndone() {
        client.resource(deployment("rolled")).create();
        var rolled = client.apps().deployments().inNamespace(NAMESPACE).withName("rolled");
        rolled.waitUntilReady(30, TimeUnit.SECONDS);

        rolled.scale(2);
        rolled.waitUntilCondition(
                found -> Integer.valueOf(2).equals(found.getStatus().getReadyReplicas()), 30, TimeUnit.SECONDS);
        rolled.edit(found -> new DeploymentBuilder(found)
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage("web:2")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());
        rolled.waitUntilCondition(
                found -> Integer.valueOf(2).equals(found.getStatus().getUpdatedReplicas())
                        && Integer.valueOf(2).equals(found.getStatus().getReplicas()),
                30,
                TimeUnit.SECONDS);
        assertThat(rolled.get()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("web:2");
        Eventually.until("undone", () -> undone(rolled));
        assertThat(rolled.get()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("web:1");
        assertThat(rolled.withTimeout(30, TimeUnit.SECONDS).delete()).isNotEmpty();
    }

    /** The client reads and writes back with the version it read: a status written in between is a conflict, on any server. */
    private static boolean undone(RollableScalableResource<Deployment> deployment) {
        try {
            deployment.rolling().undo();
            return true;
        } catch (KubernetesClientException failure) {
            assertThat(failure.getCode()).isEqualTo(409);
            return false;
        }
    }

    @Test
    void aPodOfASimulatedNodeRunsButHasNoOutput() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("quiet")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("busybox")
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
        var quiet = client.pods().inNamespace(NAMESPACE).withName("quiet");

        assertThat(quiet.waitUntilReady(30, TimeUnit.SECONDS).getStatus().getPhase())
                .isEqualTo("Running");
        assertThatThrownBy(quiet::getLog)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("simulated node");
    }

    @Test
    void kindsAreAlsoReachedByName() {
        client.resource(settings("generic", "blue")).create();

        GenericKubernetesResource found = client.genericKubernetesResources("v1", "ConfigMap")
                .inNamespace(NAMESPACE)
                .withName("generic")
                .get();
        assertThat(found.<String>get("data", "colour")).isEqualTo("blue");
        assertThat(client.getApiGroups().getGroups()).extracting("name").contains("apps", "rbac.authorization.k8s.io");
        assertThat(client.getKubernetesVersion().getMajor()).isEqualTo("1");
    }

    @Test
    void refusalsArriveWithTheirStatus() {
        client.resource(settings("refused", "blue")).create();

        assertThatThrownBy(() -> client.resource(settings("refused", "blue")).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, failure -> {
                    assertThat(failure.getCode()).isEqualTo(409);
                    assertThat(failure.getStatus().getReason()).isEqualTo("AlreadyExists");
                });
        assertThatThrownBy(() -> client.resource(settings("Not_A_Name", "blue")).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, failure -> {
                    assertThat(failure.getCode()).isEqualTo(422);
                    assertThat(failure.getStatus()
                                    .getDetails()
                                    .getCauses()
                                    .getFirst()
                                    .getField())
                            .isEqualTo("metadata.name");
                });
        ConfigMap stale =
                client.configMaps().inNamespace(NAMESPACE).withName("refused").get();
        client.resource(settings("refused", "red")).update();
        assertThatThrownBy(() -> client.resource(stale).lockResourceVersion().update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        failure -> assertThat(failure.getCode()).isEqualTo(409));
    }

    @Test
    void serverSideApplyOwnsWhatItSays() {
        ConfigMap applied = client.configMaps()
                .inNamespace(NAMESPACE)
                .resource(settings("applied", "blue"))
                .fieldManager("operator")
                .serverSideApply();

        assertThat(applied.getMetadata().getManagedFields())
                .singleElement()
                .satisfies(entry -> assertThat(entry.getManager() + " " + entry.getOperation())
                        .isEqualTo("operator Apply"));
        var other = client.configMaps()
                .inNamespace(NAMESPACE)
                .resource(settings("applied", "red"))
                .fieldManager("other");
        assertThatThrownBy(other::serverSideApply)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("Apply failed with 1 conflict: conflict with \"operator\": .data.colour");
        assertThat(other.forceConflicts().serverSideApply().getData()).containsEntry("colour", "red");
    }
}
