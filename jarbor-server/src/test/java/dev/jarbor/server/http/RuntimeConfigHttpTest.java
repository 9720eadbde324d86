package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.registry.RuntimeConfig;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where a version of the API that is switched off is no more to be seen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RuntimeConfigHttpTest {
    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster(ServerSettings.DEFAULT.withApis(
                RuntimeConfig.parse(List.of("batch/v1=false", "autoscaling/v1=false", "api/beta=true"))));
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private String body(String path) {
        return cluster.get(path).body();
    }

    @Test
    void routesAndDiscoveryHaveIt() {
        assertThat(cluster.get("/apis/batch/v1/jobs").statusCode()).isEqualTo(404);
        assertThat(cluster.get("/apis/batch/v1").statusCode()).isEqualTo(404);
        assertThat(cluster.get("/apis/batch").statusCode()).isEqualTo(404);
        assertThat(body("/apis")).contains("autoscaling/v2").doesNotContain("\"batch\"", "autoscaling/v1\"");
        assertThat(body("/apis/autoscaling")).contains("\"preferredVersion\":{\"groupVersion\":\"autoscaling/v2\"");
        assertThat(body("/apis")).contains("resource.k8s.io/v1beta2");
    }

    @Test
    void openApiHasIt() {
        assertThat(cluster.get("/openapi/v3/apis/batch/v1").statusCode()).isEqualTo(404);
        assertThat(body("/openapi/v3"))
                .contains("apis/autoscaling/v2")
                .doesNotContain("apis/batch", "autoscaling/v1\"");
        assertThat(body("/openapi/v2")).contains("/apis/autoscaling/v2/").doesNotContain("/apis/batch/v1/");
    }

    @Test
    void noServiceOfTheAggregatorSpeaksOfIt() {
        assertThat(body("/apis/apiregistration.k8s.io/v1/apiservices"))
                .contains("v2.autoscaling", "v1beta2.resource.k8s.io")
                .doesNotContain("v1.batch");
    }
}
