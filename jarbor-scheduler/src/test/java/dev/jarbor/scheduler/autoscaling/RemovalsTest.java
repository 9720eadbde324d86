package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.SchedulingSimulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that goes, from its mark to its end, looked at every ten seconds. */
class RemovalsTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);
    private final FakeNodeGroup group = new FakeNodeGroup(api, runtime, "a", 0, 5, "4");
    private final MetricRegistry registry = new MetricRegistry();
    private final ApiEventRecorder events = new ApiEventRecorder(api, runtime, ClusterAutoscaler.NAME);
    private final Removals removals = new Removals(
            new Draining(api, runtime),
            events,
            new ClusterEvents(new StatusMap(api, runtime), events),
            new AutoscalerMetrics(registry),
            AutoscalerSettings.DEFAULT.shrinking(),
            () -> api.list(Pod.KIND, "", Query.NONE).items(),
            pod -> PodRules.of(pod, runtime.now(), Owners.ALL, new Budgets(List.of())));

    @BeforeEach
    void aNode() {
        api.create(ConfigMap.KIND, ConfigMap.named(StatusMap.KEY.namespace(), StatusMap.KEY.name()));
        group.increase(1);
        runtime.advance(Duration.ofMinutes(2));
    }

    private Pod pod(String name, String kind, Map<String, String> annotations) {
        Pod pod = Pod.named("shop", name);
        return api.create(
                Pod.KIND,
                pod.withMetadata(pod.metadata()
                                .withAnnotations(annotations)
                                .withOwnerReferences(List.of(OwnerReference.EMPTY
                                        .withApiVersion("apps/v1")
                                        .withKind(kind)
                                        .withName("web")
                                        .withController(true))))
                        .withSpec(PodSpec.EMPTY.withNodeName("a-0").withTerminationGracePeriodSeconds(3600)));
    }

    private Node node() {
        return api.get(Node.KIND, ObjectKey.cluster("a-0"));
    }

    private void begin(Pod... moved) {
        var candidate = new Unneeded.Candidate(
                node(), group, List.of(moved), SchedulingSimulation.Utilization.of(0.25, 0.5), false);
        assertThat(removals.begin(List.of(candidate), runtime.now())).isEqualTo(Removals.Outcome.CALM);
    }

    /** What the looks of the next {@code seconds} seconds come to. */
    private Removals.Outcome look(int seconds) {
        var outcome = Removals.Outcome.CALM;
        for (int passed = 0; passed < seconds; passed += 10) {
            runtime.advance(Duration.ofSeconds(10));
            if (removals.look(runtime.now()) == Removals.Outcome.FAILED) {
                outcome = Removals.Outcome.FAILED;
            }
        }
        return outcome;
    }

    private List<String> told() {
        runtime.advance(Duration.ofSeconds(1));
        return api.list(Event.KIND, "", Query.NONE).items().stream()
                .map(event -> event.involvedObject().kind() + " " + event.reason() + ": " + event.message())
                .toList();
    }

    private static boolean isEviction(ApiRequest request) {
        return request.verb() == Verb.CREATE && request.path().subresource().equals("eviction");
    }

    @Test
    void anEmptyNodeGoesAMomentAfterItsMark() {
        begin();
        assertThat(Draining.isMarked(node())).isTrue();
        removals.look(runtime.now());
        assertThat(group.nodes()).as("what was under way may still arrive").containsExactly("a-0");
        look(10);
        assertThat(group.nodes()).isEmpty();
        assertThat(removals.going()).isEqualTo(Removable.Going.NONE);
        assertThat(told())
                .contains(
                        "Node ScaleDown: marked the node as toBeDeleted/unschedulable",
                        "ConfigMap ScaleDownEmpty: Scale-down: removing empty node \"a-0\"",
                        "Node ScaleDown: nodes removed by cluster autoscaler",
                        "ConfigMap ScaleDownEmpty: Scale-down: empty node a-0 removed");
        assertThat(registry.text()).contains("cluster_autoscaler_scaled_down_nodes_total{reason=\"empty\"} 1");
    }

    @Test
    void anEmptyNodeStaysOnWhichAPodHasArrived() {
        begin();
        pod("new", "ReplicaSet", Map.of());
        assertThat(look(10)).isEqualTo(Removals.Outcome.FAILED);
        assertThat(group.nodes()).containsExactly("a-0");
        assertThat(Draining.isMarked(node())).isFalse();
        assertThat(told())
                .contains("Node ScaleDownFailed: failed to delete empty node: failed to delete empty node \"a-0\", new"
                        + " pods scheduled");
    }

    @Test
    void aNodeStaysOnWhichAPodHasArrivedThatMayNotBeMoved() {
        Pod web = pod("web", "ReplicaSet", Map.of());
        begin(web);
        pod("pinned", "ReplicaSet", Map.of("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"));
        assertThat(look(10)).isEqualTo(Removals.Outcome.FAILED);
        assertThat(Draining.isMarked(node())).isFalse();
        assertThat(api.get(Pod.KIND, web.key()).metadata().hasDeletionTimestamp())
                .isFalse();
        assertThat(told())
                .contains("Node ScaleDownFailed: failed to drain and delete node: GetPodsToMove for \"a-0\" returned"
                        + " error: pod annotated as not safe to evict present: pinned");
    }

    @Test
    void aNodeThatStaysAfterAllLosesItsMarkAsSoonAsThatCanBeDone() {
        begin();
        pod("new", "ReplicaSet", Map.of());
        var outage = api.failWhile(RemovalsTest::isUpdateOfNode, ApiException.internalError("not now"));
        assertThat(look(20)).isEqualTo(Removals.Outcome.FAILED);
        assertThat(Draining.isMarked(node())).isTrue();
        outage.close();
        look(10);
        assertThat(Draining.isMarked(node())).isFalse();
    }

    private static boolean isUpdateOfNode(ApiRequest request) {
        return request.verb() == Verb.UPDATE && request.path().plural().equals("nodes");
    }

    @Test
    void podsAreAskedToLeaveWithinTenMinutesAndAwaitedAHalfMore() {
        begin(pod("slow", "ReplicaSet", Map.of()), pod("quick", "Job", Map.of()));
        look(10);
        Pod slow = api.get(Pod.KIND, new ObjectKey("shop", "slow"));
        assertThat(slow.metadata().deletionGracePeriodSeconds()).isEqualTo(600);
        api.delete(Pod.KIND, new ObjectKey("shop", "quick"), DeleteOptions.NONE.grace(0));
        assertThat(look(620)).isEqualTo(Removals.Outcome.CALM);
        assertThat(look(20)).isEqualTo(Removals.Outcome.FAILED);
        assertThat(told())
                .contains(
                        "ConfigMap ScaleDown: Scale-down: removing node a-0, utilization: {0.25 0.5 0 0 memory 0.5}, pods"
                                + " to reschedule: slow,quick",
                        "Pod ScaleDown: deleting pod for node scale down",
                        "Node ScaleDownFailed: failed to drain and delete node: Failed to drain node /a-0: pods remaining"
                                + " after timeout");
        assertThat(group.nodes()).containsExactly("a-0");
    }

    @Test
    void aNodeGoesWhenItsPodsHaveGone() {
        Pod web = pod("web", "ReplicaSet", Map.of());
        begin(web);
        look(20);
        assertThat(group.nodes()).containsExactly("a-0");
        api.delete(Pod.KIND, web.key(), DeleteOptions.NONE.grace(0));
        look(10);
        assertThat(group.nodes()).isEmpty();
        assertThat(told()).contains("ConfigMap ScaleDown: Scale-down: node a-0 removed with drain");
        assertThat(registry.text())
                .contains("cluster_autoscaler_scaled_down_nodes_total{reason=\"underutilized\"} 1")
                .contains("cluster_autoscaler_evicted_pods_total{eviction_result=\"succeeded\"} 1");
    }

    @Test
    void aPodThatMayNotLeaveIsAskedForTwoMinutes() {
        var refusal =
                ApiException.tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0);
        var budget = api.failWhile(RemovalsTest::isEviction, refusal);
        begin(pod("web", "ReplicaSet", Map.of()));
        assertThat(look(120)).isEqualTo(Removals.Outcome.CALM);
        assertThat(look(10)).isEqualTo(Removals.Outcome.FAILED);
        budget.close();
        assertThat(told())
                .contains(
                        "Pod ScaleDownFailed: failed to delete pod for ScaleDown",
                        "Node ScaleDownFailed: failed to drain and delete node: Failed to drain node /a-0, due to"
                                + " following errors: [failed to evict pod shop/web within allowed timeout (last error: "
                                + "Cannot evict pod as it would violate the pod's disruption budget.)]");
        assertThat(Draining.isMarked(node())).isFalse();
        assertThat(registry.text()).contains("cluster_autoscaler_evicted_pods_total{eviction_result=\"failed\"} 1");
    }

    @Test
    void daemonsOfANodeWithOtherPodsAreAskedTooUnlessTheySayOtherwise() {
        Pod web = pod("web", "ReplicaSet", Map.of());
        Pod daemon = pod("log", "DaemonSet", Map.of());
        Pod staying = pod("net", "DaemonSet", Map.of("cluster-autoscaler.kubernetes.io/enable-ds-eviction", "false"));
        begin(web);
        look(10);
        assertThat(api.get(Pod.KIND, daemon.key()).metadata().hasDeletionTimestamp())
                .isTrue();
        assertThat(api.get(Pod.KIND, staying.key()).metadata().hasDeletionTimestamp())
                .isFalse();
        api.delete(Pod.KIND, web.key(), DeleteOptions.NONE.grace(0));
        look(10);
        assertThat(group.nodes()).as("nobody waits for daemons").isEmpty();
    }

    @Test
    void aNodeThatItsOwnerDoesNotTakeBackStays() {
        group.refuses(true);
        begin();
        assertThat(look(10)).isEqualTo(Removals.Outcome.FAILED);
        assertThat(told())
                .contains("Node ScaleDownFailed: failed to delete empty node: failed to delete nodes from group a: not"
                        + " now");
        assertThat(Draining.isMarked(node())).isFalse();
    }
}
