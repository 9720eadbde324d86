package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.http.Door;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JarborTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers: [{name: web, image: "web:1"}]
            """;

    static Deployment web() {
        return new Deployment((ObjectValue) Yaml.parse(WEB));
    }

    private static int ready(Jarbor cluster) {
        return cluster.api()
                .get(Deployment.KIND, new ObjectKey("default", "web"))
                .status()
                .readyReplicas();
    }

    @ParameterizedTest
    @EnumSource(TimeMode.class)
    void aDeploymentBecomesReadyHoweverTimePasses(TimeMode mode) {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(mode))) {
            cluster.api().create(Deployment.KIND, web());
            assertThat(cluster.time().until(() -> ready(cluster) == 3, SOON)).isTrue();
            assertThat(cluster.api().list(Pod.KIND, "default", Query.NONE).items())
                    .allSatisfy(pod -> assertThat(pod.spec().nodeName()).startsWith("node-"));
        }
    }

    @Test
    void whoAsksForMetricsIsToldWhatPodsUse() {
        try (var cluster =
                Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withMetrics())) {
            cluster.api().create(Deployment.KIND, web());
            cluster.time().advance(Duration.ofMinutes(1));
            var path = new ResourcePath("metrics.k8s.io", "v1beta1", "pods", "default", "", "");
            ObjectValue list = cluster.api().call(ApiRequest.of(Verb.LIST, path, Query.NONE, ObjectValue.EMPTY));
            assertThat(list.list("items").objects())
                    .extracting(item -> item.object("metadata").object("labels").string("app"))
                    .containsExactly("web", "web", "web");
        }
    }

    @Test
    void manualTimeStandsStillUntilItIsTold() {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL))) {
            Instant before = cluster.time().now();
            cluster.api().create(Deployment.KIND, web());
            assertThat(cluster.api().list(Pod.KIND, "default", Query.NONE).items())
                    .hasSize(3)
                    .allSatisfy(pod -> assertThat(pod.status().phase()).isEqualTo("Pending"));
            assertThat(cluster.time().now()).isEqualTo(before);

            cluster.time().advance(Duration.ofDays(1));

            assertThat(cluster.time().now()).isEqualTo(before.plus(Duration.ofDays(1)));
            assertThat(ready(cluster)).isEqualTo(3);
        }
    }

    @Test
    void nodesAreAsTheSettingsSay() {
        var node = SimulatedNode.named("big")
                .inZone("b")
                .withCapacity("cpu", "64")
                .withTaint("dedicated", "batch", "NoSchedule");
        try (var cluster =
                Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(List.of(node)))) {
            Node made = cluster.api().get(Node.KIND, ObjectKey.cluster("big"));
            assertThat(made.metadata().labels())
                    .containsEntry("topology.kubernetes.io/zone", "b")
                    .containsEntry("kubernetes.io/hostname", "big");
            assertThat(made.status().capacity().get("cpu")).hasToString("64");
            assertThat(made.spec().taints())
                    .anySatisfy(taint -> assertThat(taint.key()).isEqualTo("dedicated"));
        }
    }

    @ParameterizedTest
    @EnumSource(TimeMode.class)
    void theDoorSpeaksHttpWithoutASocket(TimeMode mode) throws IOException {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(mode))) {
            var request = Door.Request.of("GET", "/api/v1/namespaces/default")
                    .with("Authorization", "Bearer " + cluster.token());
            try (Door.Answer answer = cluster.door().call(request)) {
                assertThat(answer.code()).isEqualTo(200);
                assertThat(answer.header("content-type")).isEqualTo("application/json");
                ObjectValue body = Json.object(answer.body().readAllBytes());
                assertThat(body.object("metadata").string("name")).isEqualTo("default");
            }
            try (Door.Answer nobody = cluster.door().call(Door.Request.of("GET", "/api/v1/secrets"))) {
                assertThat(nobody.code()).isEqualTo(403);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TimeMode.class)
    void aWatchThroughTheDoorIsAStream(TimeMode mode) throws IOException {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(mode))) {
            var request = Door.Request.of("GET", "/apis/apps/v1/deployments?watch=1")
                    .with("Authorization", "Bearer " + cluster.token());
            try (Door.Answer answer = cluster.door().call(request)) {
                var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
                cluster.api().create(Deployment.KIND, web());
                ObjectValue event = Json.object(lines.readLine());
                assertThat(event.string("type")).isEqualTo("ADDED");
                assertThat(event.object("object").object("metadata").string("name"))
                        .isEqualTo("web");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TimeMode.class)
    void clientsWithASocketComeThroughHttps(TimeMode mode) {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(mode));
                var runtime = new LiveRuntime();
                var api = new HttpApi(
                        KubeConfig.parse(cluster.https().kubeconfig()).client(), runtime)) {
            api.create(Deployment.KIND, web());
            assertThat(cluster.time().until(() -> ready(cluster) == 3, SOON)).isTrue();
            assertThat(api.list(Node.KIND, "", Query.NONE).items()).hasSize(3);
        }
    }

    @Test
    void manyLiveSideBySideAndLeaveNoThread() throws InterruptedException {
        Set<Thread> before = threads();
        try (var one = Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.AUTO));
                var two = Jarbor.start()) {
            one.api().create(Deployment.KIND, web());
            one.https();
            assertThat(two.api().list(Deployment.KIND, "", Query.NONE).items()).isEmpty();
        }
        for (Thread thread : threads()) {
            assertThat(before.contains(thread) || thread.join(SOON))
                    .as(thread.getName())
                    .isTrue();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool"))
                .filter(thread -> !thread.getName().startsWith("VirtualThread"))
                // one of the web server's for each port that was opened, which its library never ends
                .filter(thread -> !thread.getName().equals("helidon-idle-connection-timer"))
                .collect(Collectors.toSet());
    }

    /** An object of the store of a cluster that has had a port and is closed. */
    private static WeakReference<ObjectValue> remainder() {
        try (var cluster = Jarbor.start(JarborSettings.DEFAULT.withNodes(1))) {
            assertThat(cluster.https().url()).startsWith("https://");
            return new WeakReference<>(
                    cluster.snapshot().all("nodes").values().iterator().next());
        }
    }

    @Test
    void aClosedClusterIsLetGoAlsoByWhatItsPortLeaves() {
        WeakReference<ObjectValue> remainder = remainder();
        for (int attempt = 0; attempt < 20 && remainder.get() != null; attempt++) {
            System.gc();
        }
        assertThat(remainder.get()).isNull();
    }
}
