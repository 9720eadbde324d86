package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.Load;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole cluster of two simulated nodes under virtual time, from what containers use to how many there are. */
class AutoscalingTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final NodeDirectory directory = new NodeDirectory();
    private final ApiServer server =
            new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT.withResourceMetrics(), directory);
    private double cores = 0.1;

    private ControlPlane plane;

    @BeforeEach
    void start() {
        server.start();
        plane = new ControlPlane(server, directory, runtime, "");
        for (int index = 0; index < 2; index++) {
            String name = "node-" + index;
            var containers = new SimulatedContainers(runtime, SimulationSettings.of("10.44." + index + ".0/24"));
            containers.load((who, now) -> new Load.Level(cores, 32 << 20));
            Api api = plane.as(ControlPlane.NODE_AGENT);
            var agent = new NodeAgent(
                    api,
                    plane.informers(),
                    runtime,
                    new ApiEventRecorder(api, runtime, "kubelet", name),
                    containers,
                    NodeSettings.simulated(name, "198.18.0." + (index + 1)));
            directory.put(name, agent.connection());
            agent.start();
        }
        plane.startLoops();
        plane.api().create(Namespace.KIND, Namespace.named("shop"));
        runtime.advance(Duration.ofSeconds(30));
        plane.api().create(Deployment.KIND, new Deployment(Json.object("""
                {"metadata":{"name":"web","namespace":"shop"},
                 "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},
                  "template":{"metadata":{"labels":{"app":"web"}},
                   "spec":{"containers":[{"name":"web","image":"web:1",
                    "resources":{"requests":{"cpu":"200m"}}}]}}}}
                """)));
    }

    private int replicas() {
        return plane.api()
                .get(Deployment.KIND, new ObjectKey("shop", "web"))
                .spec()
                .replicas();
    }

    @Test
    void aDeploymentFollowsWhatItsPodsUse() {
        plane.api().create(HorizontalPodAutoscaler.KIND, new HorizontalPodAutoscaler(Json.object("""
                {"metadata":{"name":"web","namespace":"shop"},
                 "spec":{"minReplicas":1,"maxReplicas":6,
                  "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},
                  "metrics":[{"type":"Resource","resource":{"name":"cpu",
                   "target":{"type":"Utilization","averageUtilization":50}}}]}}
                """)));
        runtime.advance(Duration.ofMinutes(10));
        assertThat(replicas()).as("half of the request is what is wanted").isEqualTo(2);

        cores = 0.2;
        runtime.advance(Duration.ofMinutes(10));
        assertThat(replicas()).as("all of the request, however many there are").isEqualTo(6);

        cores = 0.02;
        runtime.advance(Duration.ofMinutes(4));
        assertThat(replicas()).as("five minutes are not over").isEqualTo(6);
        runtime.advance(Duration.ofMinutes(3));
        assertThat(replicas()).isLessThanOrEqualTo(2);
    }

    @Test
    void theQueuesOfLoopsAreMeasured() {
        runtime.advance(Duration.ofMinutes(1));

        assertThat(server.metrics().text())
                .containsPattern("workqueue_adds_total\\{name=\"deployment\"} [1-9]")
                .contains("workqueue_depth{name=\"replicaset\"} 0")
                .containsPattern("workqueue_queue_duration_seconds_count\\{name=\"endpoint_slice\"} [1-9]")
                .containsPattern("workqueue_work_duration_seconds_bucket\\{name=\"deployment\",le=\"\\+Inf\"} [1-9]")
                .contains("workqueue_retries_total{name=")
                .contains("workqueue_unfinished_work_seconds{name=\"deployment\"} 0")
                .contains("workqueue_longest_running_processor_seconds{name=\"deployment\"} 0");
    }
}
