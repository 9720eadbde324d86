package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.node.simulated.Load;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole cluster of two simulated nodes under virtual time, from what containers use to how many there are. */
class AutoscalingTest {
    private double cores = 0.1;
    private final SimulatedCluster cluster = new SimulatedCluster(2, (who, now) -> new Load.Level(cores, 32L << 20));

    @BeforeEach
    void deploy() {
        cluster.create("apps/v1/deployments", """
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: 'web:1', resources: {requests: {cpu: 200m}}}]}
                """);
    }

    private long replicas() {
        return cluster.get("apps/v1/deployments/web").object("spec").integer("replicas");
    }

    @Test
    void aDeploymentFollowsWhatItsPodsUse() {
        cluster.create("autoscaling/v2/horizontalpodautoscalers", """
                metadata: {name: web}
                spec:
                  minReplicas: 1
                  maxReplicas: 6
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
                """);
        cluster.pass(600);
        assertThat(replicas()).as("half of the request is what is wanted").isEqualTo(2);

        cores = 0.2;
        cluster.pass(600);
        assertThat(replicas()).as("all of the request, however many there are").isEqualTo(6);
        assertThat(cluster.get("autoscaling/v1/horizontalpodautoscalers/web")
                        .object("status")
                        .integer("currentCPUUtilizationPercentage"))
                .isEqualTo(100);

        cores = 0.02;
        cluster.pass(240);
        assertThat(replicas()).as("five minutes are not over").isEqualTo(6);
        cluster.pass(180);
        assertThat(replicas()).isLessThanOrEqualTo(2);
    }

    @Test
    void theQueuesOfLoopsAreMeasured() {
        cluster.pass(60);

        assertThat(cluster.server.metrics().text())
                .containsPattern("workqueue_adds_total\\{name=\"deployment\"} [1-9]")
                .contains("workqueue_depth{name=\"replicaset\"} 0")
                .containsPattern("workqueue_queue_duration_seconds_count\\{name=\"endpoint_slice\"} [1-9]")
                .containsPattern("workqueue_work_duration_seconds_bucket\\{name=\"deployment\",le=\"\\+Inf\"} [1-9]")
                .contains("workqueue_retries_total{name=")
                .contains("workqueue_unfinished_work_seconds{name=\"deployment\"} 0")
                .contains("workqueue_longest_running_processor_seconds{name=\"deployment\"} 0");
    }
}
