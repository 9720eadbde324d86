package dev.jarbor.junit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.reflect.TypeToken;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.junit.official.OfficialClients;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Watch;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the official Java client does through a socket that leads to the door. */
@JarborTest
class OfficialClientInProcessTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private static V1ConfigMap map(String name) {
        return new V1ConfigMap().metadata(new V1ObjectMeta().name(name)).data(Map.of("key", "value"));
    }

    private static String phase(CoreV1Api core) {
        try {
            return requireNonNull(core.readNamespacedPod("one", "default")
                                    .execute()
                                    .getStatus())
                            .getPhase() + "";
        } catch (ApiException refused) {
            throw new AssertionError(refused);
        }
    }

    @ParameterizedTest
    @EnumSource(TimeMode.class)
    void aPodComesToRunHoweverTimePasses(TimeMode mode) throws ApiException {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(mode))) {
            ApiClient client = OfficialClients.of(cluster);
            var core = new CoreV1Api(client);
            core.createNamespacedPod(
                            "default",
                            new V1Pod()
                                    .metadata(new V1ObjectMeta().name("one"))
                                    .spec(new V1PodSpec()
                                            .addContainersItem(new V1Container()
                                                    .name("main")
                                                    .image("web:1"))))
                    .execute();
            assertThat(cluster.time().until(() -> phase(core).equals("Running"), SOON))
                    .isTrue();
            OfficialClients.close(client);
        }
    }

    @Test
    void refusalsComeWithTheirStatus(ApiClient client, @Namespace String namespace) throws ApiException {
        var core = new CoreV1Api(client);
        core.createNamespacedConfigMap(namespace, map("one")).execute();
        assertThatThrownBy(() ->
                        core.createNamespacedConfigMap(namespace, map("one")).execute())
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.getCode()).isEqualTo(409);
                    assertThat(refused.getResponseBody()).contains("AlreadyExists");
                });
    }

    @Test
    void aWatchIsAStream(ApiClient client, @Namespace String namespace) throws Exception {
        var core = new CoreV1Api(client);
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap(namespace)
                        .fieldSelector("metadata.name=one")
                        .watch(true)
                        .buildCall(null),
                new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            core.createNamespacedConfigMap(namespace, map("one")).execute();
            core.deleteNamespacedConfigMap("one", namespace).execute();
            assertThat(watch.next().type).isEqualTo("ADDED");
            assertThat(watch.next().type).isEqualTo("DELETED");
        }
    }

    @Test
    void anInformerFollows(Jarbor cluster, ApiClient client, @Namespace String namespace) throws ApiException {
        var core = new CoreV1Api(client);
        var factory = new SharedInformerFactory(client);
        SharedIndexInformer<V1ConfigMap> informer = factory.sharedIndexInformerFor(
                (CallGeneratorParams asked) -> core.listNamespacedConfigMap(namespace)
                        .resourceVersion(asked.resourceVersion)
                        .timeoutSeconds(asked.timeoutSeconds)
                        .watch(asked.watch)
                        .buildCall(null),
                V1ConfigMap.class,
                V1ConfigMapList.class);
        factory.startAllRegisteredInformers();
        core.createNamespacedConfigMap(namespace, map("one")).execute();
        assertThat(cluster.time().until(() -> informer.getIndexer().getByKey(namespace + "/one") != null, SOON))
                .isTrue();
        factory.stopAllRegisteredInformers();
    }
}
