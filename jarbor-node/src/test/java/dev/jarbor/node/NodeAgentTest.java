package dev.jarbor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.ConfigMapEnvSource;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.EnvFromSource;
import dev.jarbor.api.core.v1.HTTPGetAction;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Probe;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.node.simulated.Behaviour;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole agent with simulated containers: what people see of pods on a node. */
class NodeAgentTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aNodeRegistersItselfReadyWithItsSizeAndRenewsItsLease() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.runtime.advance(Duration.ofSeconds(25));

            Node registered = node.api.get(Node.KIND, ObjectKey.cluster("node-1"));
            assertThat(registered.metadata().labels())
                    .containsEntry("kubernetes.io/hostname", "node-1")
                    .containsEntry("kubernetes.io/os", "linux")
                    .containsEntry("kubernetes.io/arch", "amd64");
            assertThat(registered.status().capacity().get("pods")).hasToString("110");
            assertThat(registered.status().conditions())
                    .filteredOn(one -> one.type().equals("Ready"))
                    .extracting(NodeCondition::status, NodeCondition::reason)
                    .containsExactly(tuple("True", "KubeletReady"));
            Lease lease = node.api.get(Lease.KIND, new ObjectKey("kube-node-lease", "node-1"));
            assertThat(lease.spec().holderIdentity()).isEqualTo("node-1");
            assertThat(lease.spec().renewTime().orElseThrow()).isAfterOrEqualTo(SimulatedRuntime.EPOCH.plusSeconds(20));
        }
    }

    @Test
    void whereNothingChangesTheStatusIsSaidAgainAfterFiveMinutesWithAnotherTime() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.runtime.advance(Duration.ofSeconds(25));
            Node before = node.api.get(Node.KIND, ObjectKey.cluster("node-1"));

            node.runtime.advance(Duration.ofMinutes(4));
            Node early = node.api.get(Node.KIND, ObjectKey.cluster("node-1"));
            node.runtime.advance(MINUTE);
            Node later = node.api.get(Node.KIND, ObjectKey.cluster("node-1"));

            assertThat(early).isEqualTo(before);
            assertThat(later.status().conditions())
                    .hasSize(before.status().conditions().size())
                    .allSatisfy(condition -> assertThat(
                                    condition.lastHeartbeatTime().orElseThrow())
                            .isAfter(SimulatedRuntime.EPOCH.plus(Duration.ofMinutes(4))));
            assertThat(NodeRegistration.withoutHeartbeats(later.status()))
                    .isEqualTo(NodeRegistration.withoutHeartbeats(before.status()));
        }
    }

    @Test
    void whatSomebodyTakesFromTheNodesLabelsIsPutBack() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.runtime.advance(Duration.ofSeconds(25));
            Node registered = node.api.get(Node.KIND, ObjectKey.cluster("node-1"));
            node.api.update(
                    Node.KIND, registered.withMetadata(registered.metadata().withLabels(Map.of("mine", "too"))));

            node.runtime.advance(Duration.ofSeconds(10));

            assertThat(node.api
                            .get(Node.KIND, ObjectKey.cluster("node-1"))
                            .metadata()
                            .labels())
                    .containsEntry("kubernetes.io/hostname", "node-1")
                    .containsEntry("mine", "too");
        }
    }

    @Test
    void aPodBecomesRunningAndReadyWithAnAddressAndTheReferencesEvents() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.create(SimulatedNode.pod("web", SimulatedNode.container("web", "nginx:1")));

            assertThat(node.until("web", pod -> node.isReady("web"), MINUTE)).isTrue();

            Pod web = node.get("web");
            assertThat(web.status().phase()).isEqualTo("Running");
            assertThat(web.status().podIP()).isEqualTo("10.42.0.2");
            assertThat(web.status().hostIP()).isEqualTo("192.168.0.7");
            assertThat(web.status().qosClass()).isEqualTo("BestEffort");
            assertThat(web.status().startTime()).isPresent();
            assertThat(node.status("web", "web").containerID()).startsWith("simulated://");
            assertThat(node.status("web", "web").started()).isTrue();
            for (String type :
                    List.of("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")) {
                assertThat(node.condition("web", type)).as(type).isEqualTo("True");
            }
            assertThat(node.events)
                    .containsExactly(
                            "Pulling: Pulling image \"nginx:1\"",
                            "Pulled: Successfully pulled image \"nginx:1\" in 800ms (800ms including waiting)."
                                    + " Image size: 1000000 bytes.",
                            "Created: Created container: web",
                            "Started: Started container web");
        }
    }

    @Test
    void aContainerThatKeepsEndingIsHeldBackByTenSecondsDoublingToFiveMinutes() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("crash:1", Behaviour.exits(Duration.ofSeconds(1), 3));
            node.create(SimulatedNode.pod("web", SimulatedNode.container("web", "crash:1")));

            assertThat(node.until(
                            "web",
                            pod -> node.status("web", "web")
                                    .state()
                                    .waiting()
                                    .reason()
                                    .equals("CrashLoopBackOff"),
                            MINUTE))
                    .isTrue();

            var status = node.status("web", "web");
            assertThat(status.restartCount()).isEqualTo(1);
            assertThat(status.lastState().terminated().exitCode()).isEqualTo(3);
            assertThat(status.lastState().terminated().reason()).isEqualTo("Error");
            assertThat(status.state().waiting().message())
                    .startsWith("back-off 10s restarting failed container=web pod=web_shop(");
            assertThat(node.get("web").status().phase()).isEqualTo("Running");
            assertThat(node.events)
                    .anyMatch(text ->
                            text.startsWith("! BackOff: Back-off restarting failed container web in pod web_shop("));

            node.runtime.advance(Duration.ofMinutes(30));

            // restarts after 0, 10, 20, 40, 80, 160 and then every 300 s, each run lasting a second
            assertThat(node.status("web", "web").restartCount()).isBetween(9, 11);
        }
    }

    @Test
    void aFailedPullShowsErrImagePullThenBacksOffAndRecovers() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("docker.io/library/nope:1", Behaviour.pullFails("not found"));
            node.create(SimulatedNode.pod("web", SimulatedNode.container("web", "nope:1")));

            assertThat(node.until("web", pod -> waiting(node).equals("ErrImagePull"), MINUTE))
                    .isTrue();
            assertThat(node.until("web", pod -> waiting(node).equals("ImagePullBackOff"), MINUTE))
                    .isTrue();
            assertThat(node.get("web").status().phase()).isEqualTo("Pending");
            assertThat(node.events)
                    .contains(
                            "! Failed: Failed to pull image \"nope:1\": not found",
                            "! Failed: Error: ErrImagePull",
                            "BackOff: Back-off pulling image \"nope:1\"",
                            "! Failed: Error: ImagePullBackOff");

            node.behaves("docker.io/library/nope:1", Behaviour.SERVES);

            assertThat(node.until("web", SimulatedNode.phase("Running"), MINUTE))
                    .isTrue();
        }
    }

    private static String waiting(SimulatedNode node) {
        return node.status("web", "web").state().waiting().reason();
    }

    @Test
    void aPodIsReadyOnlyWhenItsReadinessProbeSucceeds() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("slow:1", Behaviour.SERVES.withReadyAfter(Duration.ofSeconds(20)));
            Container slow = SimulatedNode.container("web", "slow:1")
                    .withReadinessProbe(Probe.EMPTY
                            .withHttpGet(HTTPGetAction.EMPTY.withPath("/").withPort(IntOrString.of(80)))
                            .withPeriodSeconds(5));
            node.create(SimulatedNode.pod("web", slow));

            assertThat(node.until("web", SimulatedNode.phase("Running"), MINUTE))
                    .isTrue();
            node.runtime.advance(Duration.ofSeconds(10));
            assertThat(node.isReady("web")).isFalse();
            assertThat(node.events)
                    .contains("! Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503");

            assertThat(node.until("web", pod -> node.isReady("web"), MINUTE)).isTrue();
        }
    }

    @Test
    void aFailingLivenessProbeRestartsTheContainer() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("sick:1", Behaviour.SERVES.withReadyAfter(Duration.ofHours(1)));
            Container sick = SimulatedNode.container("web", "sick:1")
                    .withLivenessProbe(Probe.EMPTY
                            .withHttpGet(HTTPGetAction.EMPTY.withPath("/").withPort(IntOrString.of(80)))
                            .withPeriodSeconds(2)
                            .withFailureThreshold(3));
            node.create(SimulatedNode.pod("web", sick));

            assertThat(node.until("web", pod -> node.status("web", "web").restartCount() == 1, MINUTE))
                    .isTrue();
            assertThat(node.events).contains("Killing: Container web failed liveness probe, will be restarted");
        }
    }

    @Test
    void initContainersRunOneAfterTheOtherBeforeTheContainers() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("init:1", Behaviour.exits(Duration.ofSeconds(5), 0));
            Pod pod = SimulatedNode.pod("web", SimulatedNode.container("web", "nginx:1"));
            node.create(pod.withSpec(pod.spec()
                    .withInitContainers(List.of(
                            SimulatedNode.container("first", "init:1"), SimulatedNode.container("second", "init:1")))));

            node.runtime.advance(Duration.ofSeconds(3));
            assertThat(node.get("web").status().phase()).isEqualTo("Pending");
            assertThat(node.condition("web", "Initialized")).isEqualTo("False");
            assertThat(waiting(node)).isEqualTo("PodInitializing");

            assertThat(node.until("web", pod2 -> node.isReady("web"), MINUTE)).isTrue();
            assertThat(node.get("web").status().initContainerStatuses())
                    .allSatisfy(status ->
                            assertThat(status.state().terminated().reason()).isEqualTo("Completed"));
            assertThat(node.events.stream().filter(text -> text.startsWith("Started")))
                    .containsExactly(
                            "Started: Started container first",
                            "Started: Started container second",
                            "Started: Started container web");
        }
    }

    @Test
    void aJobLikePodSucceedsAndAFailingOneFails() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("work:1", Behaviour.exits(Duration.ofSeconds(5), 0));
            node.behaves("broken:1", Behaviour.exits(Duration.ofSeconds(5), 1));
            Pod good = SimulatedNode.pod("good", SimulatedNode.container("work", "work:1"));
            Pod bad = SimulatedNode.pod("bad", SimulatedNode.container("work", "broken:1"));
            node.create(good.withSpec(good.spec().withRestartPolicy("OnFailure")));
            node.create(bad.withSpec(bad.spec().withRestartPolicy("Never")));

            assertThat(node.until("good", SimulatedNode.phase("Succeeded"), MINUTE))
                    .isTrue();
            assertThat(node.until("bad", SimulatedNode.phase("Failed"), MINUTE)).isTrue();
            node.runtime.advance(MINUTE);
            assertThat(node.status("bad", "work").restartCount()).isZero();
            assertThat(node.status("good", "work").state().terminated().reason())
                    .isEqualTo("Completed");
        }
    }

    @Test
    void aDeletedPodIsStoppedWithinItsGraceAndThenGone() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.behaves("stubborn:1", Behaviour.SERVES.withStops(Duration.ofHours(1)));
            node.create(SimulatedNode.pod("web", SimulatedNode.container("web", "stubborn:1")));
            assertThat(node.until("web", pod -> node.isReady("web"), MINUTE)).isTrue();

            node.api.delete(Pod.KIND, new ObjectKey("shop", "web"), DeleteOptions.NONE.grace(20));
            node.runtime.advance(Duration.ofSeconds(10));
            assertThat(node.get("web").status().phase()).isEqualTo("Running");
            assertThat(node.events).contains("Killing: Stopping container web");

            assertThat(node.runtime.runUntil(() -> node.find("web").isEmpty(), Duration.ofSeconds(15)))
                    .isTrue();
            assertThat(node.containers.pods()).isEmpty();
        }
    }

    @Test
    void aMissingConfigMapKeepsTheContainerWaitingUntilItComes() throws Exception {
        try (var node = SimulatedNode.started()) {
            Container web = SimulatedNode.container("web", "nginx:1")
                    .withEnvFrom(List.of(
                            EnvFromSource.EMPTY.withConfigMapRef(ConfigMapEnvSource.EMPTY.withName("settings"))));
            node.create(SimulatedNode.pod("web", web));

            assertThat(node.until("web", pod -> waiting(node).equals("CreateContainerConfigError"), MINUTE))
                    .isTrue();
            assertThat(node.status("web", "web").state().waiting().message())
                    .isEqualTo("configmap \"settings\" not found");

            node.api.create(ConfigMap.KIND, ConfigMap.named("shop", "settings").withData(Map.of("A", "1")));
            assertThat(node.until("web", pod -> node.isReady("web"), MINUTE)).isTrue();
        }
    }

    @Test
    void aNewAgentAdoptsTheRunningContainersAndEndsThoseOfPodsThatAreGone() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.create(SimulatedNode.pod("stays", SimulatedNode.container("web", "nginx:1")));
            node.create(SimulatedNode.pod("goes", SimulatedNode.container("web", "nginx:1")));
            assertThat(node.until("stays", pod -> node.isReady("stays") && node.isReady("goes"), MINUTE))
                    .isTrue();
            String id = node.status("stays", "web").containerID();

            node.stopAgents();
            node.api.delete(Pod.KIND, new ObjectKey("shop", "goes"), DeleteOptions.NONE.grace(0));
            node.startAgent();
            node.runtime.advance(MINUTE);

            assertThat(node.status("stays", "web").containerID()).isEqualTo(id);
            assertThat(node.isReady("stays")).isTrue();
            assertThat(node.containers.pods()).hasSize(1);
        }
    }

    @Test
    void aPodThatIsReplacedUnderTheSameNameGetsItsOwnContainers() throws Exception {
        try (var node = SimulatedNode.started()) {
            Pod pod = SimulatedNode.pod("db-0", SimulatedNode.container("db", "db:1"));
            Pod first = node.create(pod);
            assertThat(node.until("db-0", one -> node.isReady("db-0"), MINUTE)).isTrue();

            node.api.delete(Pod.KIND, new ObjectKey("shop", "db-0"), DeleteOptions.NONE.grace(0));
            Pod second = node.create(pod);
            assertThat(node.until("db-0", one -> node.isReady("db-0"), MINUTE)).isTrue();
            node.runtime.advance(MINUTE);

            assertThat(second.metadata().uid()).isNotEqualTo(first.metadata().uid());
            assertThat(node.containers.pods())
                    .extracting(record -> record.pod().uid())
                    .containsExactly(second.metadata().uid());
        }
    }

    @Test
    void anIdlePodCausesNoWritesAtAll() throws Exception {
        try (var node = SimulatedNode.started()) {
            node.create(SimulatedNode.pod("web", SimulatedNode.container("web", "nginx:1")));
            assertThat(node.until("web", pod -> node.isReady("web"), MINUTE)).isTrue();
            node.runtime.advance(MINUTE);
            String version = node.get("web").metadata().resourceVersion();

            node.runtime.advance(Duration.ofMinutes(10));

            assertThat(node.get("web").metadata().resourceVersion()).isEqualTo(version);
        }
    }
}
