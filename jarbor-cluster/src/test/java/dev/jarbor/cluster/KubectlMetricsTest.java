package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kubectl top} shows of simulated nodes, whose containers use half of what they ask for. */
@NeedsKubectl
class KubectlMetricsTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    @Test
    void topTellsWhatNodesPodsAndContainersUse() {
        Kubectl kubectl = cluster.kubectl();
        kubectl.run("run", "web", "--image=web:1", "--overrides", """
                {"spec":{"containers":[{"name":"web","image":"web:1",
                 "resources":{"requests":{"cpu":"500m","memory":"128Mi"}}}]}}
                """).ok();
        Eventually.until(
                "the node has been measured twice",
                () -> kubectl.run("top", "nodes").succeeded());
        Eventually.until(
                "the pod has been measured",
                () -> kubectl.run("top", "pod", "web").succeeded());

        assertThat(kubectl.run("top", "nodes").ok()).containsPattern("node-0 +250m +[0-9]+% +64Mi");
        assertThat(kubectl.run("top", "pods").ok()).containsPattern("web +250m +64Mi");
        assertThat(kubectl.run("top", "pod", "web", "--containers").ok()).containsPattern("web +web +250m +64Mi");
        assertThat(kubectl.run("get", "pods.metrics.k8s.io").ok())
                .containsPattern("NAME +CPU +MEMORY +WINDOW\\s+web +250m +64Mi +[0-9.]+s");
        assertThat(kubectl.run("api-resources", "--api-group=metrics.k8s.io").ok())
                .containsPattern("nodes +metrics.k8s.io/v1beta1 +false +NodeMetrics")
                .containsPattern("pods +metrics.k8s.io/v1beta1 +true +PodMetrics");
    }
}
