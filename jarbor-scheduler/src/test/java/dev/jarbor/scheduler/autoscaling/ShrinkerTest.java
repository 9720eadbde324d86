package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When nodes go that nobody needs: what has to have passed, and what is remembered between looks. */
class ShrinkerTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);
    private final FakeNodeGroup group = new FakeNodeGroup(api, runtime, "a", 1, 40, "4");
    private final MetricRegistry registry = new MetricRegistry();
    private final List<Pod> pods = new ArrayList<>();
    private final Shrinker shrinker = shrinker();

    private Shrinker shrinker() {
        var draining = new Draining(api, runtime);
        var metrics = new AutoscalerMetrics(registry);
        var events = new ApiEventRecorder(api, runtime, ClusterAutoscaler.NAME);
        AutoscalerSettings.Shrinking settings = AutoscalerSettings.DEFAULT.shrinking();
        var removals = new Removals(
                draining,
                events,
                new ClusterEvents(new StatusMap(api, runtime), events),
                metrics,
                settings,
                () -> pods,
                pod -> PodRules.of(pod, runtime.now(), Owners.ALL, new Budgets(List.of())));
        return new Shrinker(draining, removals, metrics, settings);
    }

    private void nodes(int count) {
        group.increase(count);
        runtime.advance(Duration.ofMinutes(2));
    }

    private void pod(String name, String node, String cpu) {
        Pod pod = Pod.named("shop", name);
        pods.add(pod.withMetadata(pod.metadata()
                        .withOwnerReferences(List.of(OwnerReference.EMPTY
                                .withKind("ReplicaSet")
                                .withName("web")
                                .withController(true))))
                .withSpec(PodSpec.EMPTY
                        .withNodeName(node)
                        .withContainers(List.of(Container.EMPTY
                                .withName("main")
                                .withResources(ResourceRequirements.EMPTY.withRequests(
                                        Map.of("cpu", Quantity.parse(cpu))))))));
    }

    private void look() {
        List<Node> nodes = api.list(Node.KIND, "", Query.NONE).items();
        ClusterView view = Views.at(runtime.now(), Views.of(nodes, pods, List.of(group)));
        shrinker.goOn(runtime.now());
        shrinker.look(view, view.packed(runtime.random()), false);
    }

    /** Looks every ten seconds for so long. */
    private void look(Duration time) {
        for (long passed = 0; passed < time.toSeconds(); passed += 10) {
            runtime.advance(Duration.ofSeconds(10));
            look();
        }
    }

    private long marked(String taint) {
        return api.list(Node.KIND, "", Query.NONE).items().stream()
                .filter(node -> Draining.has(node, taint))
                .count();
    }

    @Test
    void aNodeThatCouldNotBeDrainedIsTriedAgainAfterFiveMinutes() {
        nodes(2);
        pod("large", "a-0", "1900m");
        pod("busy", "a-1", "3");
        look();
        assertThat(shrinker.candidates()).isEmpty();
        pods.removeLast();
        pod("idle", "a-1", "2");
        look(Duration.ofSeconds(290));
        assertThat(shrinker.candidates()).as("there would be room by now").isEmpty();
        look(Duration.ofSeconds(10));
        assertThat(shrinker.candidates()).containsEntry("a", 1);
    }

    @Test
    void nodesAreMarkedAFewAtATimeAndTheMarkIsTakenAwayWhereTheyAreNeededAgain() {
        nodes(14);
        look();
        assertThat(marked(Draining.CANDIDATE)).isEqualTo(10);
        look(Duration.ofSeconds(10));
        assertThat(marked(Draining.CANDIDATE)).isEqualTo(14);
        pod("busy", "a-0", "3");
        look(Duration.ofSeconds(10));
        assertThat(marked(Draining.CANDIDATE)).isEqualTo(13);
    }

    @Test
    void noNodeIsMarkedOrGoesForTenMinutesAfterOthersCame() {
        nodes(2);
        shrinker.grown(runtime.now());
        look(Duration.ofSeconds(590));
        assertThat(marked(Draining.CANDIDATE)).isZero();
        assertThat(registry.text()).contains("cluster_autoscaler_scale_down_in_cooldown 1");
        look(Duration.ofSeconds(30));
        assertThat(registry.text()).contains("cluster_autoscaler_scale_down_in_cooldown 0");
        assertThat(marked(Draining.TAINT)).as("it was unneeded all the time").isEqualTo(1);
    }

    @Test
    void whatIsForgottenBeginsAnew() {
        nodes(2);
        look(Duration.ofMinutes(9));
        shrinker.forget();
        assertThat(shrinker.candidates()).isEmpty();
        look(Duration.ofMinutes(10));
        assertThat(marked(Draining.TAINT)).isZero();
        look(Duration.ofSeconds(20));
        assertThat(marked(Draining.TAINT)).isEqualTo(1);
    }

    @Test
    void afterANodeThatCouldNotGoNoneGoesForThreeMinutes() {
        nodes(2);
        look(Duration.ofMinutes(10));
        api.failNext(
                request ->
                        request.verb() == Verb.UPDATE && request.path().plural().equals("nodes"),
                ApiException.badRequest("not now"));
        look(Duration.ofSeconds(20));
        assertThat(marked(Draining.TAINT)).isZero();
        look(Duration.ofSeconds(150));
        assertThat(marked(Draining.TAINT)).isZero();
        look(Duration.ofSeconds(30));
        assertThat(marked(Draining.TAINT)).isEqualTo(1);
    }
}
