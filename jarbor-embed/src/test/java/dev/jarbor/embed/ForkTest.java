package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkTest {
    private static final ObjectKey WEB = new ObjectKey("default", "web");

    /** Something for each of the loops that might tell anew what they find. */
    private static final String WORKLOADS = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: default}
            spec:
              serviceName: db
              replicas: 2
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: "db:1", volumeMounts: [{name: data, mountPath: /data}]}]}
              volumeClaimTemplates:
              - metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent, namespace: default}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec: {containers: [{name: agent, image: "agent:1"}]}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: tick, namespace: default}
            spec:
              schedule: "* * * * *"
              jobTemplate:
                spec: {template: {spec: {restartPolicy: Never, containers: [{name: tick, image: "tick:1"}]}}}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web, namespace: default}
            spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
            ---
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: all, namespace: default}
            spec: {hard: {pods: "50"}}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web, namespace: default}
            spec:
              minReplicas: 3
              maxReplicas: 5
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: shops.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: shops, kind: Shop}
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
            """;

    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL));

    @BeforeEach
    void deploy() {
        cluster.api().create(Deployment.KIND, JarborTest.web());
        assertThat(cluster.time().until(() -> ready(cluster) == 3, Duration.ofMinutes(1)))
                .isTrue();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static int ready(Jarbor cluster) {
        return cluster.api().get(Deployment.KIND, WEB).status().readyReplicas();
    }

    private static List<Pod> pods(Jarbor cluster) {
        return cluster.api().list(Pod.KIND, "default", Query.NONE).items();
    }

    private static void assertUndisturbed(Jarbor copy, List<Pod> before) {
        assertThat(ready(copy)).isEqualTo(3);
        copy.time().advance(Duration.ofMinutes(10));
        assertThat(ready(copy)).isEqualTo(3);
        assertThat(pods(copy)).hasSameSizeAs(before).allSatisfy(pod -> {
            assertThat(pod.status().containerStatuses().getFirst().restartCount())
                    .isZero();
            assertThat(before)
                    .anySatisfy(old -> assertThat(old.metadata().uid())
                            .isEqualTo(pod.metadata().uid()));
        });
    }

    @Test
    void aForkGoesOnWithoutDisturbanceAndApart() {
        List<Pod> before = pods(cluster);
        try (Jarbor fork = cluster.fork()) {
            assertThat(fork.time().now()).isEqualTo(cluster.time().now());
            assertUndisturbed(fork, before);
            fork.faults().loseNode("node-1");
            fork.api().delete(Deployment.KIND, WEB);
            fork.time().advance(Duration.ofMinutes(10));
            assertThat(pods(fork))
                    .as("what is on a lost node nobody can end")
                    .allSatisfy(pod -> assertThat(pod.spec().nodeName()).isEqualTo("node-1"));
        }
        assertThat(pods(cluster)).isEqualTo(before);
        assertThat(ready(cluster)).isEqualTo(3);
    }

    @Test
    void nothingIsWrittenByStartingAFork() {
        Yaml.documents(WORKLOADS).forEach(object -> create((ObjectValue) object));
        cluster.time().advance(Duration.ofSeconds(150));
        try (Jarbor fork = cluster.fork()) {
            assertThat(fork.trace().entries()).isEmpty();
            fork.time().advance(Duration.ofSeconds(1));
            assertThat(fork.snapshot()).isEqualTo(cluster.snapshot());
        }
    }

    @Test
    void nodesOfAForkGiveTheirNextSignsOfLifeWhenTheyWouldHave() {
        cluster.time().advance(Duration.ofMillis(3_700));
        try (Jarbor fork = cluster.fork()) {
            for (Jarbor each : List.of(cluster, fork)) {
                each.time().advance(Duration.ofMinutes(7));
            }
            assertThat(renewed(fork)).isEqualTo(renewed(cluster));
            assertThat(heartbeats(fork)).isEqualTo(heartbeats(cluster));
        }
    }

    private static List<Optional<Instant>> renewed(Jarbor cluster) {
        return cluster.api().list(Lease.KIND, "kube-node-lease", Query.NONE).items().stream()
                .map(lease -> lease.spec().renewTime())
                .toList();
    }

    private static List<Optional<Instant>> heartbeats(Jarbor cluster) {
        return cluster.api().list(Node.KIND, "", Query.NONE).items().stream()
                .flatMap(node -> node.status().conditions().stream())
                .map(NodeCondition::lastHeartbeatTime)
                .toList();
    }

    @Test
    void forksOfOneMomentTakeTheSameWay() {
        Checkpoint moment = cluster.checkpoint();
        try (Jarbor one = Jarbor.from(moment);
                Jarbor other = Jarbor.from(moment)) {
            for (Jarbor each : List.of(one, other)) {
                each.faults().loseNode("node-1");
                each.time().advance(Duration.ofMinutes(10));
            }
            assertThat(other.trace()).isEqualTo(one.trace());
            assertThat(one.trace().entries()).isNotEmpty();
        }
    }

    @Test
    void aForkOfAClusterWhoseLoopsAreBehindSeesThePresent() {
        cluster.faults().slowWatches(Calls.ANY, Duration.ofMinutes(10));
        Deployment web = cluster.api().get(Deployment.KIND, WEB);
        cluster.api().update(Deployment.KIND, web.withSpec(web.spec().withReplicas(5)));
        cluster.time().advance(Duration.ofSeconds(5));
        assertThat(ready(cluster)).isEqualTo(3);
        try (Jarbor fork = cluster.fork()) {
            fork.time().advance(Duration.ofSeconds(5));
            assertThat(ready(fork)).isEqualTo(5);
        }
    }

    private void create(ObjectValue object) {
        GroupVersionKind kind = GroupVersionKind.of(object.string("apiVersion"), object.string("kind"));
        ResourceDefinition resource = Schemas.builtIn().resources().stream()
                .filter(one -> one.groupVersionKind().equals(kind))
                .findFirst()
                .orElseThrow();
        cluster.api()
                .call(ApiRequest.of(
                        Verb.CREATE,
                        new ResourcePath(
                                resource.group(),
                                resource.version(),
                                resource.plural(),
                                resource.namespaced() ? "default" : "",
                                "",
                                ""),
                        Query.NONE,
                        object));
    }

    @Test
    void aSavedClusterGoesOnFromItsFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("cluster");
        cluster.save(file);
        try (Jarbor loaded = Jarbor.load(file, cluster.settings())) {
            assertThat(loaded.time().now()).isEqualTo(cluster.time().now());
            assertUndisturbed(loaded, pods(cluster));
        }
    }

    @Test
    void aCopyOfAnyClusterIsReadThroughItsApi() {
        try (Jarbor copy = Jarbor.copyOf(
                cluster.api(),
                JarborSettings.DEFAULT
                        .withTime(TimeMode.MANUAL)
                        .withStart(cluster.time().now()))) {
            assertThat(copy.settings().nodes()).hasSize(3);
            assertUndisturbed(copy, pods(cluster));
        }
    }

    @Test
    void aTraceTellsWhatHappenedAndIsKeptInAFile(@TempDir Path folder) throws IOException {
        Trace trace = cluster.trace();
        assertThat(trace.timeline()).contains("created deployments.apps default/web");
        Path file = folder.resolve("trace");
        trace.save(file);
        assertThat(Trace.load(file)).isEqualTo(trace);
    }
}
