package dev.jarbor.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.util.CallGeneratorParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Informers of the JVM's clients whose line is cut while the history that they would go on from is forgotten: they are told
 * so (410 Gone), list anew, and miss nothing.
 */
class ForgottenHistoryTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    private static void create(String name, String label) {
        ObjectValue labels = ObjectValue.EMPTY.with("informed", label);
        cluster.api()
                .call(ApiRequest.of(
                        Verb.CREATE,
                        new ResourcePath("", "v1", "configmaps", "default", "", ""),
                        Query.NONE,
                        ObjectValue.of(
                                "metadata", ObjectValue.EMPTY.with("name", name).with("labels", labels))));
    }

    private static void delete(String name) {
        cluster.api().call(ApiRequest.of(Verb.DELETE, new ResourcePath("", "v1", "configmaps", "default", name, "")));
    }

    @Test
    void anInformerOfFabric8MissesNothing() throws IOException {
        var heard = new ConcurrentLinkedQueue<String>();
        create("fabric8-before", "fabric8");
        try (CutLine line = cluster.line();
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig(line))))
                        .build();
                SharedIndexInformer<ConfigMap> informer = client.configMaps()
                        .inNamespace("default")
                        .withLabel("informed", "fabric8")
                        .inform(telling(heard))) {
            create("fabric8-early", "fabric8");
            Eventually.until("the addition is heard", () -> heard.contains("+fabric8-early"));

            line.cut();
            delete("fabric8-before");
            create("fabric8-late", "fabric8");
            cluster.forgetHistory();
            line.mend();

            Eventually.until("the new object is heard", () -> heard.contains("+fabric8-late"));
            Eventually.until("the deletion is heard", () -> heard.contains("-fabric8-before"));
            assertThat(informer.getStore().listKeys())
                    .containsExactlyInAnyOrder("default/fabric8-early", "default/fabric8-late");
        }
    }

    private static ResourceEventHandler<ConfigMap> telling(ConcurrentLinkedQueue<String> heard) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap map) {
                heard.add("+" + map.getMetadata().getName());
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap after) {}

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {
                heard.add("-" + map.getMetadata().getName());
            }
        };
    }

    @Test
    void anInformerOfTheOfficialClientMissesNothing() throws IOException {
        create("official-before", "official");
        try (CutLine line = cluster.line()) {
            var client = io.kubernetes.client.util.Config.fromConfig(
                    cluster.kubeconfig(line).toString());
            var core = new CoreV1Api(client);
            var factory = new SharedInformerFactory(client);
            var informer = factory.sharedIndexInformerFor(
                    (CallGeneratorParams params) -> core.listNamespacedConfigMap("default")
                            .labelSelector("informed=official")
                            .resourceVersion(params.resourceVersion)
                            .timeoutSeconds(params.timeoutSeconds)
                            .watch(params.watch)
                            .buildCall(null),
                    V1ConfigMap.class,
                    V1ConfigMapList.class);
            factory.startAllRegisteredInformers();
            Eventually.until("the informer has listed", informer::hasSynced);
            create("official-early", "official");
            Eventually.until(
                    "the addition is heard",
                    () -> names(informer.getIndexer().list()).contains("official-early"));

            line.cut();
            delete("official-before");
            create("official-late", "official");
            cluster.forgetHistory();
            line.mend();

            Eventually.until(
                    "the informer knows what is there now",
                    () -> names(informer.getIndexer().list()).equals(List.of("official-early", "official-late")));
            factory.stopAllRegisteredInformers();
        }
    }

    private static List<String> names(List<V1ConfigMap> maps) {
        return maps.stream()
                .map(map -> requireNonNull(requireNonNull(map.getMetadata()).getName()))
                .sorted()
                .toList();
    }
}
