package dev.jarbor.controllers.autoscaling;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscalerStatus;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ResourceRequirements;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.replicaset.ReplicaSetController;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Autoscalers of ReplicaSets whose pods ask for a core each and share a load, under virtual time. */
class HorizontalControllerTest {
    private World world = new World(1);
    /** Cores that all pods together need. */
    private DoubleSupplier load = () -> 1;
    /** The sizes that the target was given, and when. */
    private final List<Map.Entry<Instant, Integer>> sizes = new ArrayList<>();

    private HorizontalControllerTest start() {
        world.withNodes();
        world.api.answer(request -> request.path().subresource().equals("scale"), this::scale);
        world.api.answer(request -> request.path().group().equals("metrics.k8s.io"), this::metrics);
        world.start(
                new ReplicaSetController(world.api, world.informers, world.runtime, world.events),
                new HorizontalController(
                        world.api,
                        world.informers,
                        world.runtime,
                        world.events,
                        Schemas.builtIn().resources()));
        return this;
    }

    private ObjectValue scale(ApiRequest request) {
        ReplicaSet set = world.api.get(ReplicaSet.KIND, request.path().key());
        if (request.verb() == Verb.UPDATE && request.body() instanceof ObjectValue wanted) {
            int replicas = (int) wanted.object("spec").integer("replicas");
            sizes.add(Map.entry(world.runtime.now(), replicas));
            set = world.api.update(ReplicaSet.KIND, set.withSpec(set.spec().withReplicas(replicas)));
        }
        ObjectValue status =
                ObjectValue.EMPTY.with("replicas", set.status().replicas()).with("selector", "app=web");
        return ObjectValue.of(
                        "spec", ObjectValue.of("replicas", Value.of(set.spec().replicas())))
                .with("status", status);
    }

    private List<Pod> ready() {
        return world.all(Pod.KIND).stream().filter(PodState::isReady).toList();
    }

    /** The ready pods share the load. */
    private ObjectValue metrics(ApiRequest request) {
        List<Pod> serving = ready();
        long each = (long) (load.getAsDouble() * 1000 / Math.max(1, serving.size()));
        return ObjectValue.of(
                "items",
                ListValue.of(serving.stream()
                        .<Value>map(pod -> Json.object("""
                                {"metadata":{"name":"%s"},"timestamp":"%s","window":"15s",
                                 "containers":[{"name":"main","usage":{"cpu":"%dm"}}]}
                                """.formatted(pod.name(), world.runtime.now(), each)))
                        .toList()));
    }

    private void set(int replicas) {
        ReplicaSet set = Samples.replicaSet("web", replicas);
        var template = set.spec().template();
        var container = template.spec()
                .containers()
                .getFirst()
                .withResources(ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse("1"))));
        world.api.create(
                ReplicaSet.KIND,
                set.withSpec(set.spec()
                        .withTemplate(template.withSpec(template.spec().withContainers(List.of(container))))));
    }

    private void autoscaler(String name, int least, int most, String metrics) {
        world.api.create(HorizontalPodAutoscaler.KIND, new HorizontalPodAutoscaler(Json.object("""
                {"metadata":{"namespace":"%s","name":"%s"},
                 "spec":{"minReplicas":%d,"maxReplicas":%d,"metrics":[%s],
                  "scaleTargetRef":{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web"}}}
                """.formatted(
                        NAMESPACE, name, least, most, metrics))));
    }

    private static String processor(int percent) {
        return "{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\","
                + "\"averageUtilization\":" + percent + "}}}";
    }

    private HorizontalPodAutoscalerStatus status() {
        return world.the(HorizontalPodAutoscaler.KIND, NAMESPACE, "web").status();
    }

    private String condition(String type) {
        return status().conditions().stream()
                .filter(each -> each.type().equals(type))
                .map(each -> each.status() + " " + each.reason() + ": " + each.message())
                .findFirst()
                .orElse("");
    }

    private int replicas() {
        return world.the(ReplicaSet.KIND, NAMESPACE, "web").spec().replicas();
    }

    private void pass(Duration time) {
        world.runtime.advance(time);
    }

    @Test
    void aTargetGrowsWithItsLoadAndSaysWhy() {
        start();
        set(1);
        load = () -> 1.4;
        autoscaler("web", 1, 10, processor(50));
        pass(Duration.ofMinutes(10));

        assertThat(replicas()).isEqualTo(3);
        assertThat(world.told())
                .contains("SuccessfulRescale: New size: 3; reason: cpu resource utilization (percentage of request)"
                        + " above target");
        assertThat(condition("AbleToScale")).isEqualTo("True ReadyForNewScale: recommended size matches current size");
        assertThat(condition("ScalingActive"))
                .isEqualTo("True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu"
                        + " resource utilization (percentage of request)");
        assertThat(condition("ScalingLimited"))
                .isEqualTo("False DesiredWithinRange: the desired count is within the acceptable range");
        assertThat(status().currentReplicas()).isEqualTo(3);
        assertThat(status().desiredReplicas()).isEqualTo(3);
        assertThat(status().currentMetrics().getFirst().value()).isEqualTo(Json.object("""
                {"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":46,"averageValue":"466m"}}}
                """));
    }

    @Test
    void nothingHappensBeforeTheFirstQuarterOfAMinute() {
        start();
        set(5);
        autoscaler("web", 1, 3, processor(50));

        pass(HorizontalController.PERIOD.minusMillis(500));
        assertThat(replicas()).isEqualTo(5);
        pass(Duration.ofSeconds(1));
        assertThat(replicas()).isEqualTo(3);
        assertThat(world.told())
                .contains("SuccessfulRescale: New size: 3; reason: Current number of replicas above Spec.MaxReplicas");
    }

    @Test
    void aTargetThatIsTooSmallIsMadeAsLargeAsItMustBe() {
        start();
        set(1);
        autoscaler("web", 4, 9, processor(50));
        pass(Duration.ofSeconds(16));

        assertThat(replicas()).isEqualTo(4);
        assertThat(world.told())
                .contains("SuccessfulRescale: New size: 4; reason: Current number of replicas below Spec.MinReplicas");
    }

    @Test
    void aTargetOfNoReplicasIsLeftAlone() {
        start();
        set(0);
        autoscaler("web", 1, 9, processor(50));
        pass(Duration.ofMinutes(1));

        assertThat(replicas()).isZero();
        assertThat(condition("ScalingActive"))
                .isEqualTo("False ScalingDisabled: scaling is disabled since the replica count of the target is zero");
    }

    @Test
    void withoutMetricsNothingIsScaledAndItIsSaid() {
        world.api.answer(request -> request.path().group().equals("metrics.k8s.io"), request -> ObjectValue.EMPTY);
        start();
        set(2);
        autoscaler("web", 1, 9, processor(50));
        pass(Duration.ofMinutes(1));

        assertThat(replicas()).isEqualTo(2);
        String cause = "failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from"
                + " resource metrics API";
        assertThat(world.told())
                .contains("FailedGetResourceMetric: " + cause)
                .contains(
                        "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to"
                                + " get cpu resource metric value: " + cause);
        assertThat(condition("ScalingActive"))
                .isEqualTo("False FailedGetResourceMetric: the HPA was unable to compute the replica count: " + cause);
        assertThat(status().currentReplicas()).isEqualTo(2);
    }

    @Test
    void aTargetThatIsNotThereIsNamed() {
        start();
        autoscaler("web", 1, 9, processor(50));
        pass(Duration.ofSeconds(16));

        assertThat(condition("AbleToScale"))
                .isEqualTo("False FailedGetScale: the HPA controller was unable to get the target's current scale:"
                        + " replicasets.apps \"web\" not found");
    }

    @Test
    void twoAutoscalersOfTheSamePodsDoNothing() {
        start();
        set(2);
        autoscaler("web", 1, 9, processor(50));
        autoscaler("other", 1, 9, processor(50));
        load = () -> 4;
        pass(Duration.ofMinutes(5));

        assertThat(condition("ScalingActive"))
                .isEqualTo("False AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs:"
                        + " [shop/other shop/web]");
    }

    @Test
    void theMetricThatWantsTheMostDecides() {
        start();
        world.api.answer(
                request -> request.path().group().equals("external.metrics.k8s.io"),
                request -> Json.object("{\"items\":[{\"value\":\"40\"},{\"value\":\"20\"}]}"));
        set(2);
        load = () -> 1;
        autoscaler(
                "web",
                1,
                9,
                processor(50) + ",{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\",\"selector\":"
                        + "{\"matchLabels\":{\"q\":\"in\"}}},\"target\":{\"type\":\"AverageValue\","
                        + "\"averageValue\":\"10\"}}}");
        pass(Duration.ofMinutes(3));

        assertThat(replicas()).isEqualTo(6);
        assertThat(world.told())
                .anyMatch(said -> said.startsWith("SuccessfulRescale: New size: ")
                        && said.endsWith("reason: external metric queue(&LabelSelector{MatchLabels:map[string]string{q:"
                                + " in,},MatchExpressions:[]LabelSelectorRequirement{},}) above target"));
    }

    @Test
    void oneMetricThatFailsPreventsOnlyThatPodsAreTakenAway() {
        start();
        set(4);
        load = () -> 0.2;
        autoscaler(
                "web",
                1,
                9,
                processor(50) + ",{\"type\":\"Pods\",\"pods\":{\"metric\":{\"name\":\"hits\"},\"target\":"
                        + "{\"type\":\"AverageValue\",\"averageValue\":\"10\"}}}");
        pass(Duration.ofMinutes(20));
        assertThat(replicas()).isEqualTo(4);
        assertThat(condition("ScalingActive")).startsWith("False FailedGetPodsMetric: ");

        load = () -> 4;
        pass(Duration.ofMinutes(2));
        assertThat(replicas()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aLoadThatRisesAndFallsIsFollowedWithoutFlapping(long seed) {
        world = new World(seed);
        start();
        set(2);
        Instant begin = world.runtime.now();
        // A day of an hour: up to eight cores and down again, with a twentieth of noise.
        load = () -> {
            double hours = Duration.between(begin, world.runtime.now()).toSeconds() / 3600.0;
            double wave = Math.max(0, Math.sin(Math.PI * Math.min(hours, 1)));
            return (1 + 7 * wave) * (1 + (world.runtime.random().nextDouble() - 0.5) / 20);
        };
        autoscaler("web", 2, 20, processor(50));
        for (int minute = 0; minute < 90; minute++) {
            pass(Duration.ofMinutes(1));
            assertThat(replicas()).as("seed " + seed).isBetween(2, 20);
        }

        assertThat(sizes).as("seed " + seed).isNotEmpty();
        int most = sizes.stream().mapToInt(Map.Entry::getValue).max().orElseThrow();
        assertThat(most).as("seed " + seed).isBetween(15, 18);
        assertThat(replicas()).as("seed " + seed).isEqualTo(2);
        assertNoFlapping(seed);
    }

    /** Once it has begun to fall, no size is taken back within five minutes, and the size turns round but once. */
    private void assertNoFlapping(long seed) {
        int turns = 0;
        int direction = 1;
        int before = 2;
        for (Map.Entry<Instant, Integer> size : sizes) {
            int now = Integer.signum(size.getValue() - before);
            turns += now == direction ? 0 : 1;
            direction = now;
            before = size.getValue();
        }
        assertThat(turns).as("seed " + seed + ": " + sizes).isLessThanOrEqualTo(1);
    }

    @Test
    void aSecondPassOverAnUnchangedWorldWritesNothing() {
        start();
        set(2);
        load = () -> 1;
        autoscaler("web", 1, 9, processor(50));
        pass(Duration.ofMinutes(10));
        String version = world.api
                .get(HorizontalPodAutoscaler.KIND, new ObjectKey(NAMESPACE, "web"))
                .metadata()
                .resourceVersion();
        pass(Duration.ofMinutes(10));

        assertThat(world.api
                        .get(HorizontalPodAutoscaler.KIND, new ObjectKey(NAMESPACE, "web"))
                        .metadata()
                        .resourceVersion())
                .isEqualTo(version);
    }
}
