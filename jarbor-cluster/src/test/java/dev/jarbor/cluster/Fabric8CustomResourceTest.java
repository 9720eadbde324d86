package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom resources through the Fabric8 client: generic, and with a class of their own, as operators have them. */
class Fabric8CustomResourceTest {
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.fabric8.example.com}
            spec:
              group: fabric8.example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, properties: {size: {type: integer, default: 7}}}
                      status: {type: object, properties: {phase: {type: string}}}
            """;

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static KubernetesClient client;

    /** What an operator's author writes for the spec. */
    public static final class WidgetSpec {
        private @Nullable Integer size;

        public @Nullable Integer getSize() {
            return size;
        }

        public void setSize(Integer wanted) {
            size = wanted;
        }
    }

    /** What an operator's author writes for the status. */
    public static final class WidgetStatus {
        private @Nullable String phase;

        public @Nullable String getPhase() {
            return phase;
        }

        public void setPhase(String reached) {
            phase = reached;
        }
    }

    /** What an operator's author writes for the resource. */
    @Group("fabric8.example.com")
    @Version("v1")
    public static final class Widget extends CustomResource<WidgetSpec, WidgetStatus> implements Namespaced {
        private static final long serialVersionUID = 1L;
    }

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.simulated(home, 1);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
                .build();
        CustomResourceDefinition definition =
                client.getKubernetesSerialization().unmarshal(DEFINITION, CustomResourceDefinition.class);
        client.resource(definition).create();
        client.resource(definition)
                .waitUntilCondition(
                        crd -> crd.getStatus() != null
                                && crd.getStatus().getConditions().stream()
                                        .anyMatch(
                                                condition -> condition.getType().equals("Established")
                                                        && condition.getStatus().equals("True")),
                        10,
                        TimeUnit.SECONDS);
    }

    @Test
    void genericResourcesAreCreatedReadAndDeleted() {
        var context = new ResourceDefinitionContext.Builder()
                .withGroup("fabric8.example.com")
                .withVersion("v1")
                .withKind("Widget")
                .withPlural("widgets")
                .withNamespaced(true)
                .build();
        var widget = new GenericKubernetesResource();
        widget.setApiVersion("fabric8.example.com/v1");
        widget.setKind("Widget");
        widget.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                .withName("generic")
                .build());
        widget.setAdditionalProperties(Map.of("spec", Map.of()));
        GenericKubernetesResource created = client.genericKubernetesResources(context)
                .inNamespace("default")
                .resource(widget)
                .create();

        assertThat((Integer) created.get("spec", "size")).isEqualTo(7);
        client.genericKubernetesResources(context)
                .inNamespace("default")
                .withName("generic")
                .delete();
        assertThat(client.genericKubernetesResources(context)
                        .inNamespace("default")
                        .withName("generic")
                        .get())
                .isNull();
    }

    @Test
    void aTypedResourceIsEditedWatchedAndGivenAStatus() throws InterruptedException {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (SharedIndexInformer<Widget> ignored = client.resources(Widget.class)
                .inNamespace("default")
                .withLabel("by", "operator")
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Widget added) {
                        heard.add("added " + added.getSpec().getSize());
                    }

                    @Override
                    public void onUpdate(Widget before, Widget after) {
                        heard.add("updated "
                                + (after.getStatus() == null
                                        ? ""
                                        : after.getStatus().getPhase()));
                    }

                    @Override
                    public void onDelete(Widget deleted, boolean unknown) {
                        heard.add("deleted");
                    }
                })) {
            var widget = new Widget();
            widget.getMetadata().setName("typed");
            widget.getMetadata().setNamespace("default");
            widget.getMetadata().setLabels(Map.of("by", "operator"));
            widget.setSpec(new WidgetSpec());
            widget.getSpec().setSize(3);
            Widget created = client.resource(widget).create();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("added 3");

            created.setStatus(new WidgetStatus());
            created.getStatus().setPhase("Ready");
            client.resource(created).updateStatus();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("updated Ready");

            Widget edited = client.resources(Widget.class)
                    .inNamespace("default")
                    .withName("typed")
                    .edit(present -> {
                        present.getSpec().setSize(4);
                        return present;
                    });
            assertThat(edited.getMetadata().getGeneration()).isEqualTo(2);
            assertThat(edited.getStatus().getPhase()).isEqualTo("Ready");
            client.resource(edited).delete();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("updated Ready");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("deleted");
        }
    }
}
