package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Affinity;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeAffinity;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodAffinity;
import dev.jarbor.api.core.v1.PodAffinityTerm;
import dev.jarbor.api.core.v1.PodSchedulingGate;
import dev.jarbor.api.core.v1.PreferredSchedulingTerm;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the scheduler counts, under the reference's names. */
class SchedulerMetricsTest {
    private final SchedulerWorld world = new SchedulerWorld(1);
    private final SimulatedRuntime runtime = world.runtime;
    private final FakeApi api = world.api;
    private final MetricRegistry registry = world.metrics;

    private static Node tainted(Node node) {
        return node.withSpec(
                node.spec().withTaints(List.of(Taint.EMPTY.withKey("gpu").withEffect("NoSchedule"))));
    }

    private String after(long seconds) {
        runtime.advance(Duration.ofSeconds(seconds));
        return registry.text();
    }

    @Test
    void aPodCountsForEachPluginThatRefusedItUntilItFindsItsNode() {
        api.put(Node.KIND, node("small", "1", "1Gi"));
        api.put(Node.KIND, tainted(node("other", "8", "8Gi")));
        api.create(Pod.KIND, pod("big", "2"));
        Pod gated = pod("gated", "1");
        api.create(
                Pod.KIND,
                gated.withSpec(gated.spec()
                        .withSchedulingGates(List.of(PodSchedulingGate.EMPTY.withName("example.com/later")))));
        assertThat(after(2))
                .contains("scheduler_unschedulable_pods{plugin=\"NodeResourcesFit\",profile=\"default-scheduler\"} 1\n")
                .contains("scheduler_unschedulable_pods{plugin=\"TaintToleration\",profile=\"default-scheduler\"} 1\n")
                .contains("scheduler_unschedulable_pods{plugin=\"SchedulingGates\",profile=\"default-scheduler\"} 1\n");
        api.put(Node.KIND, node("large", "4", "4Gi"));
        assertThat(after(2))
                .contains("scheduler_unschedulable_pods{plugin=\"NodeResourcesFit\",profile=\"default-scheduler\"} 0\n")
                .contains("scheduler_unschedulable_pods{plugin=\"TaintToleration\",profile=\"default-scheduler\"} 0\n");
    }

    @Test
    void whatBringsPodsIntoWhichQueueIsCounted() {
        api.put(Node.KIND, node("small", "1", "1Gi"));
        api.create(Pod.KIND, pod("big", "2"));
        runtime.advance(Duration.ofSeconds(5));
        api.put(Node.KIND, node("large", "4", "4Gi"));
        assertThat(after(2))
                .contains("scheduler_queue_incoming_pods_total{queue=\"active\",event=\"UnschedulablePodAdd\"} 1\n")
                .contains(
                        "scheduler_queue_incoming_pods_total{queue=\"unschedulable\",event=\"ScheduleAttemptFailure\"} 1\n")
                .contains("scheduler_queue_incoming_pods_total{queue=\"active\",event=\"NodeAdd\"} 1\n")
                .contains("scheduler_event_handling_duration_seconds_count{event=\"NodeAdd\"} 2\n")
                .contains("scheduler_event_handling_duration_seconds_count{event=\"UnschedulablePodAdd\"} 1\n");
    }

    @Test
    void aPodThatNothingCanHelpIsNotTriedAgainForEverythingThatHappens() {
        api.put(Node.KIND, node("small", "1", "1Gi"));
        api.create(Pod.KIND, pod("big", "2"));
        runtime.advance(Duration.ofSeconds(20));
        Node labeled =
                Samples.labeled(api.get(Node.KIND, node("small", "1", "1Gi").key()), "disk", "ssd");
        api.update(Node.KIND, labeled);
        assertThat(after(20))
                .contains(
                        "scheduler_schedule_attempts_total{profile=\"default-scheduler\",result=\"unschedulable\"} 1\n");
    }

    @Test
    void pluginsAreCountedWhereTheyHadSomethingToSay() {
        api.put(Node.KIND, node("one", "4", "4Gi"));
        api.put(Node.KIND, node("two", "4", "4Gi"));
        api.create(Pod.KIND, pod("plain", "1"));
        assertThat(after(2))
                .contains(evaluations("NodeResourcesFit", "PreFilter", 1))
                .contains(evaluations("NodeResourcesFit", "Filter", 2))
                .contains(evaluations("TaintToleration", "Filter", 2))
                .contains(evaluations("NodeResourcesBalancedAllocation", "PreScore", 1))
                .contains(evaluations("NodeResourcesBalancedAllocation", "Score", 2))
                .doesNotContain("plugin_evaluation_total{plugin=\"NodeAffinity\"")
                .doesNotContain("plugin_evaluation_total{plugin=\"TaintToleration\",extension_point=\"PreFilter\"")
                .doesNotContain("plugin_evaluation_total{plugin=\"VolumeBinding\"");
        Pod picky = pod("picky", "1");
        NodeAffinity affinity = NodeAffinity.EMPTY.withPreferredDuringSchedulingIgnoredDuringExecution(
                List.of(PreferredSchedulingTerm.EMPTY.withWeight(1)));
        api.create(
                Pod.KIND,
                picky.withSpec(picky.spec()
                        .withNodeSelector(Map.of("kubernetes.io/hostname", "one"))
                        .withAffinity(Affinity.EMPTY.withNodeAffinity(affinity))));
        assertThat(after(2))
                .contains(evaluations("NodeAffinity", "PreFilter", 1))
                .contains(evaluations("NodeAffinity", "Filter", 2))
                .as("one node is left, and is not compared with others")
                .contains(evaluations("NodeResourcesFit", "Score", 2));
    }

    private static String evaluations(String plugin, String point, int times) {
        return "scheduler_plugin_evaluation_total{plugin=\"" + plugin + "\",extension_point=\"" + point
                + "\",profile=\"default-scheduler\"} " + times + "\n";
    }

    @Test
    void extensionPointsAreMeasuredByHowTheyEnded() {
        api.put(Node.KIND, node("one", "4", "4Gi"));
        api.put(Node.KIND, node("two", "4", "4Gi"));
        api.create(Pod.KIND, pod("fits", "1"));
        runtime.advance(Duration.ofSeconds(1));
        api.create(Pod.KIND, pod("big", "20"));
        String text = after(2);
        for (String point : List.of("Score", "PreScore", "Reserve", "PreBind", "Bind")) {
            assertThat(text).contains(point(point, "Success", 1));
        }
        assertThat(text)
                .contains(point("PreFilter", "Success", 2))
                .contains(point("Filter", "Success", 2))
                .contains(point("PostFilter", "Unschedulable", 1))
                .as("one decision in ten is told in detail, the first is")
                .contains("scheduler_plugin_execution_duration_seconds_count{plugin=\"NodeResourcesFit\","
                        + "extension_point=\"Filter\",status=\"Success\"} 2\n")
                .contains("scheduler_plugin_execution_duration_seconds_count{plugin=\"NodePorts\","
                        + "extension_point=\"PreFilter\",status=\"Skip\"} 1\n")
                .contains("scheduler_plugin_execution_duration_seconds_bucket{plugin=\"NodeResourcesFit\","
                        + "extension_point=\"Filter\",status=\"Success\",le=\"1.5000000000000002e-05\"}");
    }

    private static String point(String point, String status, int count) {
        return "scheduler_framework_extension_point_duration_seconds_count{extension_point=\"" + point + "\",status=\""
                + status + "\",profile=\"default-scheduler\"} " + count + "\n";
    }

    @Test
    void aBindingThatIsRefusedIsAnErrorAndNothingIsUnderWayAfterwards() {
        api.put(Node.KIND, node("one", "4", "4Gi"));
        var fault = api.failWhile(
                request -> request.verb() == Verb.CREATE
                        && request.path().subresource().equals("binding"),
                ApiException.internalError("injected"));
        api.create(Pod.KIND, pod("a", "1"));
        assertThat(after(0))
                .contains(point("Bind", "Error", 1))
                .contains("scheduler_queue_incoming_pods_total{queue=\"backoff\",event=\"ScheduleAttemptFailure\"} 1\n")
                .contains("scheduler_goroutines{operation=\"binding\"} 0\n");
        fault.close();
        assertThat(after(5))
                .contains(point("Bind", "Success", 1))
                .contains("scheduler_goroutines{operation=\"binding\"} 0\n");
    }

    @Test
    void sendingPodsAwayIsMeasured() {
        api.put(Node.KIND, node("one", "1", "4Gi"));
        api.create(Pod.KIND, pod("low", "1"));
        runtime.advance(Duration.ofSeconds(1));
        Pod high = pod("high", "1");
        api.create(Pod.KIND, high.withSpec(high.spec().withPriority(10)));
        assertThat(after(1))
                .contains("scheduler_preemption_goroutines_execution_total{result=\"success\"} 1\n")
                .contains("scheduler_preemption_goroutines_duration_seconds_count{result=\"success\"} 1\n")
                .contains(point("PostFilter", "Success", 1));
    }

    @Test
    void whereAPodCouldNotBeSentAwayTheOtherIsTriedAgainThoughNothingHappensMeanwhile() {
        api.put(Node.KIND, node("one", "1", "4Gi"));
        Pod low = api.create(Pod.KIND, pod("low", "1"));
        runtime.advance(Duration.ofSeconds(1));
        api.failNext(request -> request.verb() == Verb.DELETE, ApiException.conflict(Pod.KIND, "somebody-was-faster"));
        Pod high = pod("high", "1");
        api.create(Pod.KIND, high.withSpec(high.spec().withPriority(10)));
        assertThat(after(5))
                .contains("scheduler_preemption_goroutines_execution_total{result=\"error\"} 1\n")
                .contains("scheduler_preemption_goroutines_execution_total{result=\"success\"} 1\n");
        assertThat(api.get(Pod.KIND, low.key()).metadata().hasDeletionTimestamp())
                .isTrue();
    }

    @Test
    void aPodThatNothingHasHelpedIsTriedAfterFiveMinutes() {
        api.put(Node.KIND, node("one", "1", "4Gi"));
        api.create(Pod.KIND, pod("big", "2"));
        runtime.advance(Duration.ofSeconds(1));
        assertThat(after(300))
                .contains("scheduler_queue_incoming_pods_total{queue=\"active\",event=\"UnschedulableTimeout\"} 1\n")
                .as("it found no node then either")
                .contains("scheduler_pod_scheduled_after_flush_total 0\n");
    }

    @Test
    void aPodThatOnlyTheLongWaitBroughtToItsNodeIsCounted() {
        api.put(Node.KIND, node("one", "4", "4Gi"));
        api.put(Namespace.KIND, Namespace.named("default"));
        Pod loner = pod("loner", "1");
        PodAffinityTerm term = PodAffinityTerm.EMPTY
                .withTopologyKey("kubernetes.io/hostname")
                .withLabelSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web")))
                .withNamespaceSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("shy", "true")));
        api.create(Pod.KIND, Samples.labeled(pod("web", "1"), "app", "web"));
        runtime.advance(Duration.ofSeconds(1));
        api.create(
                Pod.KIND,
                loner.withSpec(loner.spec()
                        .withAffinity(Affinity.EMPTY.withPodAffinity(
                                PodAffinity.EMPTY.withRequiredDuringSchedulingIgnoredDuringExecution(List.of(term))))));
        runtime.advance(Duration.ofSeconds(1));
        Namespace shy = api.get(Namespace.KIND, ObjectKey.cluster("default"));
        api.update(Namespace.KIND, shy.withMetadata(shy.metadata().withLabels(Map.of("shy", "true"))));
        assertThat(after(310)).contains("scheduler_pod_scheduled_after_flush_total 1\n");
    }
}
