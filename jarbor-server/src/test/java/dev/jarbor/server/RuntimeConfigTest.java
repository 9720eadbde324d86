package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.store.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which versions of the API are served. */
class RuntimeConfigTest {
    private static final String AUTOSCALERS = "autoscaling/v1/namespaces/default/horizontalpodautoscalers";

    private static TestServer serving(String... pairs) {
        return new TestServer(ServerSettings.DEFAULT.withApis(RuntimeConfig.parse(List.of(pairs))));
    }

    private static List<String> versions(RuntimeConfig config, String group) {
        return config.served(Schemas.builtIn().resources()).stream()
                .filter(resource -> resource.group().equals(group))
                .map(ResourceDefinition::version)
                .distinct()
                .toList();
    }

    @Test
    void byDefaultEveryStableVersionIsServedAndNoOther() {
        assertThat(RuntimeConfig.DEFAULT.served(Schemas.builtIn().resources()))
                .hasSizeGreaterThan(60)
                .allSatisfy(resource -> assertThat(resource.version()).matches("v\\d+"));
        assertThat(code(() -> new TestServer().list("resource.k8s.io/v1beta2/deviceclasses", Query.NONE)))
                .isEqualTo(404);
        assertThat(code(() -> serving("api/beta=true").list("resource.k8s.io/v1beta2/deviceclasses", Query.NONE)))
                .isEqualTo(200);
    }

    @Test
    void theNarrowerWordCounts() {
        String group = "resource.k8s.io";

        assertThat(versions(RuntimeConfig.parse(List.of("api/all=true", "api/alpha=false")), group))
                .containsExactly("v1", "v1beta1", "v1beta2");
        assertThat(versions(RuntimeConfig.parse(List.of("api/beta=true", group + "/v1beta1=false")), group))
                .containsExactly("v1", "v1beta2");
        assertThat(RuntimeConfig.parse(List.of(group + "/v1=false", group + "/v1/deviceclasses"))
                        .served(Schemas.builtIn().resources())
                        .stream()
                        .filter(resource -> resource.group().equals(group)))
                .extracting(ResourceDefinition::plural)
                .containsExactly("deviceclasses");
    }

    @Test
    void anObjectWhoseVersionIsSwitchedOffIsReadByTheOther() {
        TestServer cluster = serving("autoscaling/v2=false");
        cluster.create(AUTOSCALERS, """
                {"metadata": {"name": "web"}, "spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 70,
                 "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}
                """);
        ObjectValue patched = cluster.patch(PatchType.MERGE, AUTOSCALERS + "/web", "{\"spec\": {\"maxReplicas\": 4}}");

        assertThat(patched.object("spec").integer("maxReplicas")).isEqualTo(4);
        assertThat(cluster.get(AUTOSCALERS + "/web").object("spec").integer("targetCPUUtilizationPercentage"))
                .isEqualTo(70);
        assertThat(code(() -> cluster.get("autoscaling/v2/namespaces/default/horizontalpodautoscalers/web")))
                .isEqualTo(404);
    }

    @Test
    void fieldsOfAVersionThatIsSwitchedOffKeepTheirOwner() {
        var store = new MemoryStore();
        var before = new TestServer(store);
        before.create("autoscaling/v2/namespaces/default/horizontalpodautoscalers", """
                {"metadata": {"name": "web"}, "spec": {"maxReplicas": 3,
                 "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}
                """);
        var after = new TestServer(
                store, ServerSettings.DEFAULT.withApis(RuntimeConfig.parse(List.of("autoscaling/v2=false"))));

        ObjectValue patched = after.patch(PatchType.MERGE, AUTOSCALERS + "/web", "{\"spec\": {\"minReplicas\": 2}}");

        assertThat(patched.object("metadata").list("managedFields").objects())
                .anySatisfy(entry -> assertThat(entry.string("apiVersion")).isEqualTo("autoscaling/v2"))
                .anySatisfy(entry -> assertThat(entry.string("apiVersion")).isEqualTo("autoscaling/v1"));
    }

    @Test
    void oneResourceAloneIsSwitchedOff() {
        TestServer cluster = serving("batch/v1/cronjobs=false");

        assertThat(code(() -> cluster.list("batch/v1/cronjobs", Query.NONE))).isEqualTo(404);
        assertThat(code(() -> cluster.list("batch/v1/jobs", Query.NONE))).isEqualTo(200);
        assertThat(code(() -> cluster.handle(
                        Verb.CREATE, "batch/v1/namespaces/default/cronjobs", Query.NONE, ObjectValue.EMPTY)))
                .isEqualTo(404);
    }

    @Test
    void theCoreGroupStays() {
        for (String pair : List.of("/v1=false", "/v1/namespaces=false", "api/ga=false")) {
            assertThatThrownBy(() -> RuntimeConfig.parse(List.of(pair)))
                    .hasMessageContaining("cannot be switched off: the server itself and all controllers need");
        }
        assertThat(RuntimeConfig.parse(List.of("api/ga=false", "/v1=true"))
                        .served(Schemas.builtIn().resources()))
                .allSatisfy(resource -> assertThat(resource.group()).isEmpty());
    }
}
