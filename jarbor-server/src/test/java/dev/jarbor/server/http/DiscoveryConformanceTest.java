package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the official tests of discovery and the server's version ask. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiscoveryConformanceTest {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private HttpResponse<String> get(String path, String accept) {
        return HttpCluster.send(
                cluster.admin, HttpRequest.newBuilder(cluster.uri(path)).header("Accept", accept));
    }

    private static List<ObjectValue> items(ObjectValue list) {
        return list.list("items").objects();
    }

    @Test
    @Conformance("AM-25")
    void aggregatedDiscoveryHasEveryBuiltInResource() {
        ObjectValue core = json(get("/api", AGGREGATED));
        ObjectValue groups = json(get("/apis", AGGREGATED));

        assertThat(core.string("kind")).isEqualTo("APIGroupDiscoveryList");
        assertThat(core.string("apiVersion")).isEqualTo("apidiscovery.k8s.io/v2");
        assertThat(resources(items(core).getFirst(), "v1"))
                .contains("namespaces", "pods", "nodes", "services", "secrets", "serviceaccounts");
        assertThat(items(groups))
                .extracting(group -> group.object("metadata").string("name"))
                .contains(
                        "apps",
                        "batch",
                        "admissionregistration.k8s.io",
                        "apiextensions.k8s.io",
                        "apiregistration.k8s.io",
                        "authentication.k8s.io",
                        "authorization.k8s.io",
                        "autoscaling",
                        "coordination.k8s.io",
                        "discovery.k8s.io",
                        "flowcontrol.apiserver.k8s.io",
                        "networking.k8s.io",
                        "policy",
                        "rbac.authorization.k8s.io",
                        "scheduling.k8s.io",
                        "storage.k8s.io");
        ObjectValue apps = items(groups).stream()
                .filter(group -> group.object("metadata").string("name").equals("apps"))
                .findFirst()
                .orElseThrow();
        assertThat(resources(apps, "v1")).contains("deployments", "replicasets", "statefulsets", "daemonsets");
    }

    private static List<String> resources(ObjectValue group, String version) {
        return group.list("versions").objects().stream()
                .filter(each -> each.string("version").equals(version))
                .flatMap(each -> each.list("resources").objects().stream())
                .map(each -> each.string("resource"))
                .toList();
    }

    @Test
    @Conformance("AM-27")
    void theAggregatedFormIsServedToWhoAcceptsItAndTheOldOneToOthers() {
        for (String path : List.of("/api", "/apis")) {
            HttpResponse<String> preferred = get(path, AGGREGATED + ",application/json");
            HttpResponse<String> old = get(path, "application/json");

            assertThat(preferred.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/json")
                    .contains("g=apidiscovery.k8s.io")
                    .contains("v=v2")
                    .contains("as=APIGroupDiscoveryList");
            assertThat(json(preferred).string("kind")).isEqualTo("APIGroupDiscoveryList");
            assertThat(old.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(json(old).string("kind")).isIn("APIVersions", "APIGroupList");
        }
    }

    @Test
    @Conformance("AM-48")
    void everyGroupVersionIsFoundWithItsResources() {
        List<ObjectValue> groups = json(cluster.get("/apis")).list("groups").objects();
        assertThat(groups).extracting(group -> group.string("name")).contains("apiextensions.k8s.io");

        for (ObjectValue group : groups) {
            String path = "/apis/" + group.string("name");
            ObjectValue alone = json(cluster.get(path));
            assertThat(alone.string("kind")).isEqualTo("APIGroup");
            for (ObjectValue version : alone.list("versions").objects()) {
                ObjectValue resources = json(cluster.get("/apis/" + version.string("groupVersion")));
                assertThat(resources.string("kind")).isEqualTo("APIResourceList");
                assertThat(resources.string("groupVersion")).isEqualTo(version.string("groupVersion"));
                assertThat(resources.list("resources").objects()).isNotEmpty();
            }
        }
        assertThat(json(cluster.get("/apis/apiextensions.k8s.io/v1"))
                        .list("resources")
                        .objects())
                .extracting(resource -> resource.string("name"))
                .contains("customresourcedefinitions");
    }

    @Test
    @Conformance("AM-49")
    void thePreferredVersionOfEachGroupIsOneThatItHas() {
        for (ObjectValue group : json(cluster.get("/apis")).list("groups").objects()) {
            ObjectValue alone = json(cluster.get("/apis/" + group.string("name") + "/"));
            ObjectValue preferred = alone.object("preferredVersion");

            assertThat(alone.list("versions").objects()).contains(preferred);
            assertThat(preferred).isEqualTo(group.object("preferredVersion"));
        }
    }

    @Test
    @Conformance("AM-95")
    void theServerSaysItsVersion() {
        ObjectValue version = json(cluster.get("/version"));

        assertThat(version.string("major")).isEqualTo("1");
        assertThat(version.string("minor")).matches("[0-9]+[+]?");
        assertThat(version.string("gitVersion")).startsWith("v1." + version.string("minor"));
    }
}
