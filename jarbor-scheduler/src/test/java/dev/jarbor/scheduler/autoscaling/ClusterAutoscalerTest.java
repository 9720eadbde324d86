package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Change;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The autoscaler and the scheduler on one API under virtual time; pods that are evicted come back as new ones. */
class ClusterAutoscalerTest {
    private SimulatedRuntime runtime = new SimulatedRuntime(1);
    private FakeApi api = new FakeApi(runtime);
    private FakeNodeGroup group = new FakeNodeGroup(api, runtime, "pool", 1, 6, "4");
    private List<FakeNodeGroup> groups = List.of();
    private MetricRegistry metrics = new MetricRegistry();
    private int pods;

    private void start(long seed) {
        start(seed, AutoscalerSettings.DEFAULT);
    }

    /** @param more names of groups like the first, each in a zone of its own */
    private void start(long seed, AutoscalerSettings settings, String... more) {
        runtime = SimulatedRuntime.shuffled(seed);
        api = new FakeApi(runtime);
        metrics = new MetricRegistry();
        api.create(ReplicaSet.KIND, ReplicaSet.named("shop", "web"));
        group = new FakeNodeGroup(api, runtime, "pool", 1, 6, "4");
        group.increase(1);
        groups = new ArrayList<>(List.of(group));
        for (String name : more) {
            groups.add(new FakeNodeGroup(api, runtime, name, 0, 6, "4")
                    .labelled(Map.of("topology.kubernetes.io/zone", name)));
        }
        var informers = new SharedInformers(api, runtime);
        new Scheduler(api, informers, runtime, new ApiEventRecorder(api, runtime, Scheduler.NAME)).start();
        new ClusterAutoscaler(
                        api,
                        informers,
                        runtime,
                        new ApiEventRecorder(api, runtime, ClusterAutoscaler.NAME),
                        settings,
                        List.copyOf(groups),
                        metrics)
                .start();
        var owners = new SharedInformers(api, runtime);
        owners.of(Pod.KIND).onChange(this::replace);
        owners.start();
        informers.start();
        runtime.advance(Duration.ofMinutes(2));
    }

    /** What the owner of a pod that was sent away does, and the node. */
    private void replace(Change<Pod> change) {
        Pod pod = change.object();
        if (change instanceof Change.Updated<Pod> && pod.metadata().hasDeletionTimestamp()) {
            runtime.schedule(
                    "stop",
                    Duration.ofSeconds(2),
                    () -> api.find(Pod.KIND, pod.key())
                            .ifPresent(left -> api.delete(Pod.KIND, left.key(), DeleteOptions.NONE.grace(0))));
        } else if (change instanceof Change.Deleted<Pod>
                && !pod.metadata().labels().containsKey("done")) {
            add(pod.spec().containers().getFirst().resources().requests().getOrDefault("cpu", Quantity.ZERO));
        }
    }

    private String add(Quantity cpu) {
        String name = "web-" + pods++;
        Pod pod = Pod.named("shop", name);
        api.create(
                Pod.KIND,
                pod.withMetadata(pod.metadata()
                                .withOwnerReferences(List.of(OwnerReference.EMPTY
                                        .withApiVersion("apps/v1")
                                        .withKind("ReplicaSet")
                                        .withName("web")
                                        .withUid("u")
                                        .withController(true))))
                        .withSpec(PodSpec.EMPTY
                                .withSchedulerName(Scheduler.NAME)
                                .withContainers(List.of(Container.EMPTY
                                        .withName("main")
                                        .withResources(ResourceRequirements.EMPTY.withRequests(Map.of("cpu", cpu)))))));
        return name;
    }

    private void add(int count, String cpu) {
        for (int i = 0; i < count; i++) {
            add(Quantity.parse(cpu));
        }
    }

    private void end(String name) {
        Pod pod = api.get(Pod.KIND, new ObjectKey("shop", name));
        api.update(Pod.KIND, pod.withMetadata(pod.metadata().withLabels(Map.of("done", "yes"))));
        api.delete(Pod.KIND, pod.key(), DeleteOptions.NONE.grace(0));
    }

    private List<Pod> all() {
        return api.list(Pod.KIND, "", Query.NONE).items();
    }

    private long waiting() {
        return all().stream().filter(pod -> pod.spec().nodeName().isEmpty()).count();
    }

    private int nodes() {
        return api.list(Node.KIND, "", Query.NONE).items().size();
    }

    private List<String> told() {
        return api.list(Event.KIND, "", Query.NONE).items().stream()
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    private ObjectValue status() {
        String text = api.get(ConfigMap.KIND, StatusMap.KEY).data().getOrDefault("status", "");
        return Yaml.parse(text) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    @Test
    void nodesComeForPodsThatFindNone() {
        start(1);
        add(6, "1500m");
        runtime.advance(Duration.ofSeconds(30));
        assertThat(status().object("clusterWide").object("scaleUp").string("status"))
                .isEqualTo("InProgress");
        runtime.advance(Duration.ofMinutes(3));

        assertThat(waiting()).isZero();
        assertThat(nodes()).isEqualTo(3);
        assertThat(told())
                .contains("TriggeredScaleUp: pod triggered scale-up: [{pool 1->3 (max: 6)}]")
                .contains("ScaledUpGroup: Scale-up: group pool size set to 3 instead of 1 (max: 6)");
        assertThat(status().string("autoscalerStatus")).isEqualTo("Running");
        assertThat(status().object("clusterWide").object("scaleUp").string("status"))
                .isEqualTo("NoActivity");
        ObjectValue health = status().list("nodeGroups").objects().getFirst().object("health");
        assertThat(health.integer("cloudProviderTarget")).isEqualTo(3);
        assertThat(health.object("nodeCounts").object("registered").integer("ready"))
                .isEqualTo(3);
    }

    @Test
    void aPodThatNoNodeCouldTakeIsToldSo() {
        start(1);
        add(1, "8");
        runtime.advance(Duration.ofMinutes(5));

        assertThat(group.targetSize()).isEqualTo(1);
        assertThat(told()).contains("NotTriggerScaleUp: pod didn't trigger scale-up: 1 Insufficient cpu");
    }

    @Test
    void aNodeGoesWhenNobodyHasNeededItForTenMinutes() {
        start(1);
        add(4, "1500m");
        runtime.advance(Duration.ofMinutes(4));
        assertThat(nodes()).isEqualTo(2);
        all().stream().map(Pod::name).limit(2).toList().forEach(this::end);
        runtime.advance(Duration.ofMinutes(8));
        assertThat(nodes()).as("not before its time").isEqualTo(2);
        runtime.advance(Duration.ofMinutes(5));

        assertThat(nodes()).isEqualTo(1);
        assertThat(waiting()).isZero();
        assertThat(all()).hasSize(2);
        assertThat(status().object("clusterWide").object("scaleDown").string("status"))
                .isEqualTo("NoCandidates");
    }

    @Test
    void podsOfANodeThatGoesMoveAndItIsSaid() {
        start(1);
        add(2, "2500m");
        runtime.advance(Duration.ofMinutes(4));
        assertThat(nodes()).isEqualTo(2);
        all().stream().map(Pod::name).toList().forEach(this::end);
        add(2, "1");
        runtime.advance(Duration.ofMinutes(25));

        assertThat(nodes()).isEqualTo(1);
        assertThat(all()).hasSize(2).allMatch(pod -> !pod.spec().nodeName().isEmpty());
        assertThat(told())
                .anyMatch(said -> said.startsWith("ScaleDown: Scale-down: removing node pool-")
                        || said.startsWith("ScaleDownEmpty: Scale-down: removing empty node"))
                .contains("ScaleDown: marked the node as toBeDeleted/unschedulable")
                .contains("ScaleDown: nodes removed by cluster autoscaler");
    }

    private ObjectValue statusOf(String name) {
        return status().list("nodeGroups").objects().stream()
                .filter(one -> one.string("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nodesThatNeverRegisterAreGivenUpAfterAQuarterOfAnHourAndTheirGroupRests() {
        start(1);
        group.registers(false);
        add(2, "3");
        runtime.advance(Duration.ofMinutes(14));
        assertThat(group.targetSize()).isEqualTo(2);
        assertThat(statusOf("pool").object("scaleUp").string("status")).isEqualTo("InProgress");
        runtime.advance(Duration.ofMinutes(2));

        assertThat(group.targetSize()).isEqualTo(1);
        assertThat(told())
                .anyMatch(said ->
                        said.matches("ScaleUpTimedOut: Nodes added to group pool failed to register within 15m\\d*s"))
                .contains("DeleteUnregistered: Removed unregistered node pool-1")
                .contains("NotTriggerScaleUp: pod didn't trigger scale-up: 1 in backoff after failed scale-up");
        assertThat(statusOf("pool").object("scaleUp").string("status")).isEqualTo("Backoff");
        assertThat(statusOf("pool").object("scaleUp").object("backoffInfo").string("errorCode"))
                .isEqualTo("timeout");

        group.registers(true);
        runtime.advance(Duration.ofMinutes(9));
        assertThat(waiting()).isZero();
        assertThat(statusOf("pool").object("scaleUp").string("status")).isEqualTo("NoActivity");
    }

    @Test
    void podsDoNotWaitForNodesThatDoNotComeWhereAnotherGroupWouldDo() {
        start(1, AutoscalerSettings.DEFAULT.withExpander(Expander.priority(Map.of(1, List.of("pool")))), "other");
        group.registers(false);
        add(2, "3");
        runtime.advance(Duration.ofMinutes(20));
        assertThat(waiting()).isZero();
        assertThat(groups.getLast().targetSize()).isEqualTo(1);
    }

    @Test
    void nodesThatNeverGetAMachineAreGivenUpAndAskedForAgain() {
        start(1);
        group.makes(false);
        add(2, "3");
        runtime.advance(Duration.ofMinutes(14));
        assertThat(group.targetSize()).isEqualTo(2);
        runtime.advance(Duration.ofMinutes(3));
        assertThat(group.targetSize()).isEqualTo(1);
        assertThat(statusOf("pool").object("scaleUp").string("status")).isEqualTo("Backoff");

        group.makes(true);
        runtime.advance(Duration.ofMinutes(9));
        assertThat(waiting()).isZero();
        assertThat(nodes()).isEqualTo(2);
    }

    @Test
    void aGroupThatHasNothingToGiveSaysSoAndRestsLongerEachTime() {
        start(1);
        group.left(0);
        add(2, "3");
        runtime.advance(Duration.ofMinutes(4));
        assertThat(told()).contains("FailedToScaleUpGroup: Scale-up failed for group pool: out of stock");
        assertThat(group.targetSize()).isEqualTo(1);
        runtime.advance(Duration.ofMinutes(3));
        group.left(1);
        runtime.advance(Duration.ofMinutes(6));
        assertThat(waiting())
                .as("it rests ten minutes after the second failure")
                .isEqualTo(1);
        runtime.advance(Duration.ofMinutes(6));
        assertThat(waiting()).isZero();
    }

    @Test
    void newNodesAreDividedBetweenGroupsOfTheSameKindOfMachine() {
        start(1, AutoscalerSettings.DEFAULT.withBalance(true).withExpander(Expander.MOST_PODS), "a", "b", "c");
        group.left(0);
        add(1, "3");
        runtime.advance(Duration.ofSeconds(1));
        add(6, "3");
        runtime.advance(Duration.ofMinutes(10));
        assertThat(waiting()).isZero();
        assertThat(groups.stream().skip(1).map(FakeNodeGroup::targetSize)).containsExactly(2, 2, 2);
        assertThat(told())
                .anyMatch(said -> said.matches(
                        "TriggeredScaleUp: pod triggered scale-up: \\[\\{. 0->2 \\(max: 6\\)} \\{.*} \\{.*}]"));
    }

    private void silent(int... numbers) {
        for (int number : numbers) {
            Node node = FakeNodeGroup.node("other-" + number, "1m", Map.of());
            api.put(
                    Node.KIND,
                    node.withMetadata(node.metadata()
                                    .withCreationTimestamp(runtime.now().minusSeconds(3600)))
                            .withStatus(node.status()
                                    .withConditions(List.of(NodeCondition.EMPTY
                                            .withType("Ready")
                                            .withStatus("Unknown")))));
        }
    }

    @Test
    void noNodeComesOrGoesWhereTooManyAreUnready() {
        start(1);
        silent(1, 2, 3, 4);
        add(1, "3");
        runtime.advance(Duration.ofSeconds(5));
        add(1, "3");
        runtime.advance(Duration.ofMinutes(5));
        assertThat(group.targetSize()).isEqualTo(1);
        assertThat(told()).contains("ClusterUnhealthy: Cluster is unhealthy");
        ObjectValue health = status().object("clusterWide").object("health");
        assertThat(health.string("status")).isEqualTo("Unhealthy");
        assertThat(health.object("nodeCounts")).isEqualTo(Json.object("""
                {"registered":{"total":5,"ready":1,"notStarted":0,"unready":{"total":4,"resourceUnready":0}},
                 "longUnregistered":0,"unregistered":0}
                """));
        assertThat(metrics.text())
                .contains("cluster_autoscaler_cluster_safe_to_autoscale 0")
                .contains("cluster_autoscaler_nodes_count{state=\"unready\"} 4")
                .contains("cluster_autoscaler_unschedulable_pods_count{type=\"unschedulable\"} 1");

        api.delete(Node.KIND, ObjectKey.cluster("other-1"));
        runtime.advance(Duration.ofMinutes(5));
        assertThat(group.targetSize()).isEqualTo(2);
        assertThat(status().object("clusterWide").object("health").string("status"))
                .isEqualTo("Healthy");
        assertThat(metrics.text())
                .contains("cluster_autoscaler_cluster_safe_to_autoscale 1")
                .contains("cluster_autoscaler_scaled_up_nodes_total 1");
    }

    @Test
    void theStatusSaysSinceWhenEachConditionHolds() {
        start(1);
        add(4, "1500m");
        runtime.advance(Duration.ofMinutes(4));
        ObjectValue scaleUp = status().object("clusterWide").object("scaleUp");
        assertThat(scaleUp.string("status")).isEqualTo("NoActivity");
        assertThat(metrics.text()).contains("cluster_autoscaler_scale_down_in_cooldown 1");
        Instant since = Instant.parse(scaleUp.string("lastTransitionTime"));
        runtime.advance(Duration.ofMinutes(4));
        scaleUp = status().object("clusterWide").object("scaleUp");
        assertThat(Instant.parse(scaleUp.string("lastTransitionTime"))).isEqualTo(since);
        assertThat(Instant.parse(scaleUp.string("lastProbeTime"))).isAfter(since.plusSeconds(180));
        assertThat(status().string("time")).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d+)? \\+0000 UTC");

        all().stream().map(Pod::name).limit(2).toList().forEach(this::end);
        runtime.advance(Duration.ofMinutes(4));
        ObjectValue scaleDown = statusOf("pool").object("scaleDown");
        assertThat(scaleDown.string("status")).isEqualTo("CandidatesPresent");
        assertThat(scaleDown.integer("candidates")).isEqualTo(1);
        assertThat(metrics.text())
                .contains("cluster_autoscaler_unneeded_nodes_count 1")
                .contains("cluster_autoscaler_scale_down_in_cooldown 0")
                .contains("cluster_autoscaler_unremovable_nodes_count{reason=\"NotUnneededLongEnough\"} 1");
    }

    @Test
    void marksThatAnEarlierLifeLeftAreTakenAway() {
        start(1);
        Node node = FakeNodeGroup.node("pool-0", "4", Map.of());
        api.put(
                Node.KIND,
                node.withSpec(node.spec()
                        .withTaints(List.of(Taint.EMPTY
                                .withKey(Draining.TAINT)
                                .withValue("1")
                                .withEffect("NoSchedule")))));
        var informers = new SharedInformers(api, runtime);
        var recorder = new ApiEventRecorder(api, runtime, ClusterAutoscaler.NAME);
        var again = new ClusterAutoscaler(
                api, informers, runtime, recorder, AutoscalerSettings.DEFAULT, List.of(group), new MetricRegistry());
        again.start();
        informers.start();
        runtime.advance(Duration.ofSeconds(30));
        again.close();
        assertThat(api.get(Node.KIND, ObjectKey.cluster("pool-0")).spec().taints())
                .isEmpty();
        assertThat(told()).contains("ClusterAutoscalerCleanup: removed ToBeDeleted taint");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noPodIsLostAndNoGroupLeavesItsBounds(long seed) {
        start(seed);
        for (int step = 0; step < 60; step++) {
            int alive = all().size();
            if (alive > 0 && runtime.random().nextInt(3) == 0) {
                List<Pod> present = all();
                Pod chosen = present.get(runtime.random().nextInt(present.size()));
                if (!chosen.metadata().hasDeletionTimestamp()) {
                    end(chosen.name());
                }
            } else if (alive < 10) {
                add(1, List.of("500m", "1", "1500m").get(runtime.random().nextInt(3)));
            }
            runtime.advance(Duration.ofSeconds(30 + runtime.random().nextInt(240)));
            assertThat(group.targetSize()).as("seed " + seed).isBetween(1, 6);
        }
        runtime.advance(Duration.ofMinutes(40));

        assertThat(waiting()).as("seed " + seed).isZero();
        double asked = all().stream()
                .mapToDouble(pod -> pod.spec()
                        .containers()
                        .getFirst()
                        .resources()
                        .requests()
                        .getOrDefault("cpu", Quantity.ZERO)
                        .doubleValue())
                .sum();
        assertThat(nodes() * 4.0).as("seed " + seed).isGreaterThanOrEqualTo(asked);
        assertThat(nodes()).as("seed " + seed + ", asked " + asked).isLessThanOrEqualTo(1 + (int) Math.ceil(asked / 2));
    }
}
