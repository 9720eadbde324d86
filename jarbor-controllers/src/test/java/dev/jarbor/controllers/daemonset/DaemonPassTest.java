package dev.jarbor.controllers.daemonset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What one pass over a DaemonSet does on each node. */
class DaemonPassTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");
    private static final List<Node> NODES =
            Stream.of("a", "b", "c").map(Node::named).toList();

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private static DaemonSet set(String strategy) {
        return new DaemonSet(yaml("""
                metadata: {name: agent, namespace: shop}
                spec:
                  updateStrategy: {%s}
                  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: agent}]}}
                """.formatted(strategy)));
    }

    private static Pod pod(String name, String node, String hash, boolean ready) {
        return new Pod(yaml("""
                metadata:
                  {name: %s, namespace: shop, labels: {controller-revision-hash: %s}, creationTimestamp: '2030-01-01T00:00:00Z'}
                spec: {nodeName: %s}
                status:
                  phase: Running
                  conditions: [{type: Ready, status: '%s', lastTransitionTime: '2030-01-01T00:00:00Z'}]
                """.formatted(name, hash, node, ready ? "True" : "False")));
    }

    private static DaemonPass.Plan plan(String strategy, Pod... pods) {
        return DaemonPass.plan(set(strategy), NODES, Arrays.asList(pods), "new", NOW);
    }

    private static List<String> deleted(DaemonPass.Plan plan) {
        return plan.delete().stream().map(Pod::name).toList();
    }

    @Test
    void eachNodeGetsOnePodAndSecondOnesGo() {
        DaemonPass.Plan plan = plan(
                "type: RollingUpdate",
                pod("a1", "a", "new", true),
                pod("a2", "a", "new", true),
                pod("b1", "b", "new", true));
        assertThat(plan.create()).containsExactly("c");
        assertThat(deleted(plan)).containsExactly("a2");
        assertThat(plan.status().desiredNumberScheduled()).isEqualTo(3);
        assertThat(plan.status().currentNumberScheduled()).isEqualTo(2);
        assertThat(plan.status().numberUnavailable()).isEqualTo(1);
    }

    @Test
    void anUpdateTakesNoMoreNodesOutThanItMayAndWhatIsBrokenCostsNothing() {
        Pod a = pod("a1", "a", "old", true);
        Pod b = pod("b1", "b", "old", true);
        Pod c = pod("c1", "c", "old", true);
        Pod broken = pod("c1", "c", "old", false);
        assertThat(deleted(plan("type: RollingUpdate", a, b, c))).hasSize(1);
        assertThat(deleted(plan("rollingUpdate: {maxUnavailable: 67%}", a, b, c)))
                .hasSize(3);
        assertThat(deleted(plan("rollingUpdate: {maxUnavailable: 2}", a, b, c))).hasSize(2);
        assertThat(deleted(plan("type: RollingUpdate", a, b, broken))).containsExactly("c1");
        assertThat(deleted(plan("type: OnDelete", a, b, c))).isEmpty();
    }

    @Test
    void bySurgeTheSuccessorComesFirstAndTheOldPodGoesWhenItIsThere() {
        String surge = "rollingUpdate: {maxSurge: 1, maxUnavailable: 0}";
        Pod a = pod("a1", "a", "old", true);
        Pod b = pod("b1", "b", "old", true);
        Pod c = pod("c1", "c", "old", true);
        assertThat(plan(surge, a, b, c).create()).containsExactly("a");
        DaemonPass.Plan waits = plan(surge, a, pod("a2", "a", "new", false), b, c);
        assertThat(waits.create()).isEmpty();
        assertThat(deleted(waits)).isEmpty();
        assertThat(deleted(plan(surge, a, pod("a2", "a", "new", true), b, c))).containsExactly("a1");
    }

    @Test
    void onANodeWhereItMayNotBeNothingStays() {
        Node tainted = new Node(yaml("""
                {metadata: {name: a}, spec: {taints: [{key: k, effect: NoExecute}]}}
                """));
        Node closed = new Node(yaml("""
                {metadata: {name: b}, spec: {taints: [{key: k, effect: NoSchedule}]}}
                """));
        DaemonPass.Plan plan = DaemonPass.plan(
                set("type: RollingUpdate"),
                List.of(tainted, closed),
                List.of(pod("a1", "a", "new", true), pod("b1", "b", "new", true)),
                "new",
                NOW);
        assertThat(deleted(plan)).containsExactly("a1");
        assertThat(plan.create()).isEmpty();
        assertThat(plan.status().numberMisscheduled()).isEqualTo(2);
    }

    @Test
    void whileASurgeGoesOnTheOldPodSpeaksForItsNode() {
        Pod made = pod("a2", "a", "new", true);
        Pod successor = made.withMetadata(made.metadata().withCreationTimestamp(NOW.minusSeconds(60)));
        DaemonPass.Plan plan =
                plan("rollingUpdate: {maxSurge: 1, maxUnavailable: 0}", pod("a1", "a", "old", false), successor);
        assertThat(plan.status().numberReady()).isZero();
        assertThat(plan.status().hasUpdatedNumberScheduled()).isFalse();
        assertThat(plan.status().currentNumberScheduled()).isEqualTo(1);
    }

    private static final Node CLOSED = new Node(yaml("""
            {metadata: {name: closed}, spec: {taints: [{key: k, effect: NoSchedule}]}}
            """));

    private static DaemonPass.Plan closed(String strategy, Pod... pods) {
        return DaemonPass.plan(set(strategy), List.of(Node.named("a"), CLOSED), Arrays.asList(pods), "new", NOW);
    }

    @Test
    void anUpdateEndsWhatIsOldOnANodeThatTakesNobodyNew() {
        DaemonPass.Plan plan =
                closed("type: RollingUpdate", pod("a1", "a", "new", true), pod("c1", "closed", "old", true));
        assertThat(deleted(plan)).containsExactly("c1");
        assertThat(plan.create()).isEmpty();
    }

    @Test
    void bySurgeThatWaitsUntilEnoughOthersServe() {
        String surge = "rollingUpdate: {maxSurge: 1, maxUnavailable: 0}";
        Pod leaving = pod("c1", "closed", "old", true);
        assertThat(deleted(closed(surge, pod("a1", "a", "new", false), leaving)))
                .isEmpty();
        assertThat(deleted(closed(surge, pod("a1", "a", "new", true), leaving))).containsExactly("c1");
        assertThat(deleted(closed(surge, pod("a1", "a", "new", false), pod("c1", "closed", "old", false))))
                .containsExactly("c1");
    }
}
