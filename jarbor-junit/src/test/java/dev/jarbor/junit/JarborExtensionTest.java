package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubernetes.client.openapi.ApiClient;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The classes within are run by the tests, with JUnit's own kit. */
class JarborExtensionTest {
    private static final Queue<Jarbor> CLUSTERS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> NAMESPACES = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void forget() {
        CLUSTERS.clear();
        NAMESPACES.clear();
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .execute()
                .testEvents();
    }

    @JarborTest(nodes = 2, seed = 5, time = TimeMode.MANUAL)
    static class EverythingThatCanBeTaken {
        @Test
        void takes(Jarbor cluster, Api api, KubernetesClient fabric8, ApiClient official, @Namespace String namespace) {
            assertThat(cluster.settings().seed()).isEqualTo(5);
            assertThat(cluster.settings().mode()).isEqualTo(TimeMode.MANUAL);
            assertThat(api.list(Node.KIND, "", Query.NONE).items()).hasSize(2);
            assertThat(fabric8.getNamespace()).isEqualTo(namespace);
            assertThat(fabric8.namespaces().withName(namespace).get()).isNotNull();
            assertThat(official.getHttpClient()).isNotNull();
        }
    }

    @Test
    void aTestTakesTheClusterItsClientsAndItsNamespace() {
        run(EverythingThatCanBeTaken.class)
                .assertStatistics(counts -> counts.started(1).succeeded(1));
    }

    @JarborTest(lifetime = Lifetime.TEST)
    @Execution(ExecutionMode.CONCURRENT)
    static class AClusterEach {
        @RepeatedTest(4)
        void takes(Jarbor cluster, Api api, @Namespace String namespace) {
            CLUSTERS.add(cluster);
            NAMESPACES.add(namespace);
            api.create(ConfigMap.KIND, ConfigMap.named("default", "one"));
        }
    }

    @Test
    void eachTestHasAClusterOfItsOwnInParallelToo() {
        run(AClusterEach.class).assertStatistics(counts -> counts.started(4).succeeded(4));
        assertThat(Set.copyOf(CLUSTERS)).hasSize(4);
    }

    @JarborTest(lifetime = Lifetime.CLASS)
    @Execution(ExecutionMode.CONCURRENT)
    static class OneClusterForAll {
        @RepeatedTest(4)
        void takes(Jarbor cluster, @Namespace String namespace) {
            CLUSTERS.add(cluster);
            NAMESPACES.add(namespace);
        }

        @Nested
        class Within {
            @Test
            void takes(Jarbor cluster, @Namespace String namespace) {
                CLUSTERS.add(cluster);
                NAMESPACES.add(namespace);
            }
        }
    }

    @Test
    void testsOfAClassMayShareAClusterButNoNamespace() {
        run(OneClusterForAll.class).assertStatistics(counts -> counts.started(5).succeeded(5));
        assertThat(Set.copyOf(CLUSTERS)).hasSize(1);
        assertThat(Set.copyOf(NAMESPACES)).hasSize(5);
    }

    @JarborTest(manifests = "shop-definition.yaml", setup = Prepared.class)
    static class APreparedCluster {
        @Test
        void has(Api api, KubernetesClient client) {
            assertThat(api.find(ConfigMap.KIND, new ObjectKey("default", "prepared")))
                    .isPresent();
            assertThat(api.list(Node.KIND, "", Query.NONE).items()).hasSize(7);
            assertThat(client.genericKubernetesResources("example.com/v1", "Shop")
                            .list()
                            .getItems())
                    .isEmpty();
        }
    }

    static final class Prepared implements JarborSetup {
        @Override
        public JarborSettings settings(JarborSettings given) {
            return given.withNodes(7);
        }

        @Override
        public void prepare(Jarbor cluster) {
            cluster.api().create(ConfigMap.KIND, ConfigMap.named("default", "prepared"));
        }
    }

    @Test
    void aClusterIsPreparedBeforeTheTest() {
        run(APreparedCluster.class).assertStatistics(counts -> counts.started(1).succeeded(1));
    }

    @JarborTest(lifetime = Lifetime.FORK, setup = Prepared.class, time = TimeMode.MANUAL)
    @Execution(ExecutionMode.CONCURRENT)
    static class AForkEach {
        @RepeatedTest(4)
        void takes(Jarbor cluster, Api api) {
            var key = new ObjectKey("default", "prepared");
            ConfigMap prepared = api.get(ConfigMap.KIND, key);
            CLUSTERS.add(cluster);
            NAMESPACES.add(prepared.metadata().uid() + " at " + cluster.time().now());
            api.delete(ConfigMap.KIND, key);
            cluster.time().advance(Duration.ofHours(1));
        }
    }

    @Test
    void eachTestMayHaveAForkOfOnePreparedCluster() {
        run(AForkEach.class).assertStatistics(counts -> counts.started(4).succeeded(4));
        assertThat(Set.copyOf(CLUSTERS)).hasSize(4);
        assertThat(Set.copyOf(NAMESPACES)).as("one preparation, one moment").hasSize(1);
    }

    static class Registered {
        @RegisterExtension
        static final JarborExtension CLUSTER = JarborExtension.builder()
                .settings(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(1))
                .prepare(cluster -> cluster.api().create(ConfigMap.KIND, ConfigMap.named("default", "prepared")))
                .lifetime(Lifetime.CLASS)
                .build();

        @Test
        void has() {
            assertThat(CLUSTER.cluster().api().find(ConfigMap.KIND, new ObjectKey("default", "prepared")))
                    .isPresent();
            CLUSTERS.add(CLUSTER.cluster());
        }

        @Test
        void hasItStill(Jarbor cluster) {
            CLUSTERS.add(cluster);
        }
    }

    @Test
    void anExtensionIsRegisteredByHand() {
        run(Registered.class).assertStatistics(counts -> counts.started(2).succeeded(2));
        assertThat(Set.copyOf(CLUSTERS)).hasSize(1);
    }

    @JarborTest(seed = 77, time = TimeMode.MANUAL)
    static class Failing {
        @Test
        void fails(Jarbor cluster, KubernetesClient client) {
            client.resource(Fabric8ClientTest.web(1)).create();
            cluster.time().advance(Duration.ofMinutes(1));
            assertThat(client.getNamespace()).isEqualTo("elsewhere");
        }
    }

    @Test
    void aFailureTellsSeedEventsAndLastState() {
        run(Failing.class)
                .failed()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("fails"),
                                finishedWithFailure(new Condition<>(JarborExtensionTest::tells, "tells"))));
    }

    private static boolean tells(Throwable failure) {
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0])
                .isInstanceOf(ClusterReport.class)
                .message()
                .contains("seed 77, time MANUAL")
                .containsPattern("\\+PT[0-9.]+S Normal ScalingReplicaSet Deployment fails-1/web: Scaled up replica set")
                .containsPattern("Normal Scheduled Pod fails-1/web-")
                .contains("kind: Deployment", "readyReplicas: 1", "phase: Running")
                .doesNotContain("managedFields", "kind: ConfigMap", "kind: ServiceAccount\n");
        return true;
    }

    @JarborTest
    static class TooEarly {
        @SuppressWarnings("unused") // is never made
        TooEarly(Jarbor cluster) {}

        @Test
        void isNeverRun() {}
    }

    @Test
    void aClusterForEachTestIsNotThereWhenTheClassIsMade() {
        run(TooEarly.class)
                .failed()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(new Condition<>(
                                failure -> String.valueOf(failure.getMessage()).contains("take Jarbor as a parameter"),
                                "says how"))));
    }

    @Test
    void nothingIsLeftWhenTestsAreOver() throws InterruptedException {
        run(EverythingThatCanBeTaken.class);
        Set<Thread> before = threads();
        run(EverythingThatCanBeTaken.class).assertStatistics(counts -> counts.succeeded(1));
        List<Thread> more =
                threads().stream().filter(thread -> !before.contains(thread)).toList();
        for (Thread thread : more) {
            assertThat(thread.join(Duration.ofSeconds(10))).as(thread.getName()).isTrue();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool"))
                .filter(thread -> !thread.getName().startsWith("VirtualThread"))
                .collect(Collectors.toSet());
    }
}
