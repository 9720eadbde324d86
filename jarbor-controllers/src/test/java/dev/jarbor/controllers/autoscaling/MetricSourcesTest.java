package dev.jarbor.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscalerStatus;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each kind of metric asks for, what is said of it, and what is said where it fails; the target has four pods. */
class MetricSourcesTest {
    private static final String NAMESPACE = "shop";
    private static final String NO_ITEMS = "{\"items\":[]}";

    private final World world = new World(1);
    private final MetricRegistry metrics = new MetricRegistry();
    private int replicas = 4;
    private String selector = "app=web";
    private String target = "apps/v1";

    private void serve(String group, String answer) {
        world.api.answer(request -> request.path().group().equals(group), request -> Json.object(answer));
    }

    private void refuse(String group, String why) {
        world.api.answer(request -> request.path().group().equals(group), request -> {
            throw ApiException.badRequest(why);
        });
    }

    private ObjectValue scale(ApiRequest request) {
        if (request.verb() == Verb.UPDATE && request.body() instanceof ObjectValue wanted) {
            replicas = (int) wanted.object("spec").integer("replicas");
        }
        return Json.object("{\"spec\":{\"replicas\":%d},\"status\":{\"replicas\":4,\"selector\":\"%s\"}}"
                .formatted(replicas, selector));
    }

    private static Pod pod(int number) {
        return new Pod(Json.object("""
                {"metadata":{"namespace":"shop","name":"web-%d","labels":{"app":"web"}},
                 "spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"1","memory":"1Gi"}}},
                  {"name":"log","resources":{"requests":{"cpu":"100m","memory":"1Gi"}}}]},
                 "status":{"phase":"Running","startTime":"2029-01-01T00:00:00Z","conditions":[
                  {"type":"Ready","status":"True","lastTransitionTime":"2029-01-01T00:01:00Z"}]}}
                """.formatted(number)));
    }

    /** Usage of all four pods: so much by each container. */
    private static String usage(String main, String log) {
        return IntStream.range(0, 4)
                .mapToObj("""
                        {"metadata":{"name":"web-%%d"},"timestamp":"2030-01-01T00:00:00Z","window":"15s","containers":[
                         {"name":"main","usage":{"cpu":"%s","memory":"1Gi"}},
                         {"name":"log","usage":{"cpu":"%s","memory":"1Gi"}}]}
                        """.formatted(main, log)::formatted)
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private void run(String... specs) {
        IntStream.range(0, 4).forEach(number -> world.api.put(Pod.KIND, pod(number)));
        world.api.answer(request -> request.path().subresource().equals("scale"), this::scale);
        world.api.create(HorizontalPodAutoscaler.KIND, new HorizontalPodAutoscaler(Json.object("""
                {"metadata":{"namespace":"shop","name":"web"},"spec":{"maxReplicas":20,"metrics":[%s],
                  "scaleTargetRef":{"apiVersion":"%s","kind":"Deployment","name":"web"}}}
                """.formatted(
                        String.join(",", specs), target))));
        world.start(new HorizontalController(
                world.api,
                world.informers,
                world.runtime,
                world.events,
                Schemas.builtIn().resources(),
                metrics));
        world.runtime.advance(Duration.ofSeconds(20));
    }

    private static String resource(String target) {
        return "{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":" + target + "}}";
    }

    private static String container(String target) {
        return "{\"type\":\"ContainerResource\",\"containerResource\":{\"name\":\"cpu\",\"container\":\"log\","
                + "\"target\":" + target + "}}";
    }

    private static String pods(String value) {
        return "{\"type\":\"Pods\",\"pods\":{\"metric\":{\"name\":\"hits\"},\"target\":{\"type\":\"AverageValue\","
                + "\"averageValue\":\"" + value + "\"}}}";
    }

    private static String object(String target) {
        return "{\"type\":\"Object\",\"object\":{\"metric\":{\"name\":\"hits\"},\"describedObject\":"
                + "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"name\":\"front\"},\"target\":" + target + "}}";
    }

    private static String external(String target) {
        return "{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\"},\"target\":" + target + "}}";
    }

    private static String value(String value) {
        return "{\"type\":\"Value\",\"value\":\"" + value + "\"}";
    }

    private static String average(String value) {
        return "{\"type\":\"AverageValue\",\"averageValue\":\"" + value + "\"}";
    }

    private static String utilization(int percent) {
        return "{\"type\":\"Utilization\",\"averageUtilization\":" + percent + "}";
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

    private void assertGrewBy(String name) {
        assertThat(world.told()).contains("SuccessfulRescale: New size: 8; reason: " + name + " above target");
        assertThat(condition("ScalingActive"))
                .isEqualTo("True ValidMetricFound: the HPA was able to successfully calculate a replica count from "
                        + name);
        assertThat(condition("AbleToScale"))
                .isEqualTo("True SucceededRescale: the HPA controller was able to update the target scale to 8");
    }

    private void assertShows(String metric) {
        assertThat(status().currentMetrics())
                .singleElement()
                .satisfies(one -> assertThat(one.value()).isEqualTo(Json.object(metric)));
    }

    private void assertFailed(String reason, String cause, String error) {
        assertThat(replicas).isEqualTo(4);
        assertThat(world.told())
                .contains(reason + ": " + cause)
                .contains("FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: " + error
                        + cause);
        assertThat(condition("ScalingActive"))
                .isEqualTo("False " + reason + ": the HPA was unable to compute the replica count: " + cause);
    }

    @Test
    void aResourceByTheAverageOfPods() {
        serve("metrics.k8s.io", usage("300m", "100m"));
        run(resource(average("200m")));
        assertGrewBy("cpu resource");
        assertShows("{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":{\"averageValue\":\"400m\"}}}");
    }

    @Test
    void oneContainerByTheShareOfWhatItAskedFor() {
        serve("metrics.k8s.io", usage("0", "160m"));
        run(container(utilization(80)));
        assertGrewBy("cpu container resource utilization (percentage of request)");
        assertShows("""
                {"type":"ContainerResource","containerResource":{"name":"cpu","container":"log",
                 "current":{"averageUtilization":160,"averageValue":"160m"}}}
                """);
    }

    @Test
    void oneContainerByItsAverageIsCalledAResource() {
        serve("metrics.k8s.io", usage("0", "160m"));
        run(container(average("80m")));
        assertGrewBy("cpu resource");
    }

    @Test
    void aContainerThatPodsDoNotHave() {
        serve(
                "metrics.k8s.io",
                "{\"items\":[{\"metadata\":{\"name\":\"web-0\"},\"window\":\"15s\",\"containers\":[]}]}");
        run(container(utilization(80)));
        assertFailed(
                "FailedGetContainerResourceMetric",
                "failed to get cpu utilization: unable to get metrics for resource cpu: failed to get container"
                        + " metrics: container log not present in metrics for pod shop/web-0",
                "failed to get log container metric value: ");
    }

    @Test
    void aNumberOfEachPod() {
        serve(
                "custom.metrics.k8s.io",
                IntStream.range(0, 4)
                        .mapToObj("{\"describedObject\":{\"name\":\"web-%d\"},\"value\":\"20\"}"::formatted)
                        .collect(Collectors.joining(",", "{\"items\":[", "]}")));
        run(pods("10"));
        assertGrewBy("pods metric hits");
        assertShows(
                "{\"type\":\"Pods\",\"pods\":{\"metric\":{\"name\":\"hits\"},\"current\":{\"averageValue\":\"20\"}}}");
    }

    @Test
    void aNumberOfEachPodThatNobodyTells() {
        serve("custom.metrics.k8s.io", NO_ITEMS);
        run(pods("10"));
        assertFailed(
                "FailedGetPodsMetric",
                "unable to get metric hits: no metrics returned from custom metrics API",
                "failed to get pods metric value: ");
    }

    @Test
    void aNumberAboutAnObject() {
        serve("custom.metrics.k8s.io", "{\"items\":[{\"value\":\"100\"}]}");
        run(object(value("50")));
        assertGrewBy("Service metric hits");
        assertShows("""
                {"type":"Object","object":{"metric":{"name":"hits"},"current":{"value":"100"},
                 "describedObject":{"apiVersion":"v1","kind":"Service","name":"front"}}}
                """);
    }

    @Test
    void aNumberAboutAnObjectThatIsSharedAmongPods() {
        serve("custom.metrics.k8s.io", "{\"items\":[{\"value\":\"80\"}]}");
        run(object(average("10")));
        assertGrewBy("external metric hits(nil)");
    }

    @Test
    void aNumberAboutAnObjectThatNobodyTells() {
        refuse("custom.metrics.k8s.io", "asleep");
        run(object(value("50")));
        assertFailed(
                "FailedGetObjectMetric",
                "unable to get metric hits: Service on shop front/unable to fetch metrics from custom metrics API:"
                        + " asleep",
                "failed to get object metric value: ");
    }

    @Test
    void aSharedNumberAboutAnObjectThatNobodyTells() {
        refuse("custom.metrics.k8s.io", "asleep");
        run(object(average("50")));
        assertFailed(
                "FailedGetObjectMetric",
                "unable to get metric hits: Service on shop front/unable to fetch metrics from custom metrics API:"
                        + " asleep",
                "failed to get object metric value: failed to get hits object metric: ");
    }

    @Test
    void aNumberFromOutside() {
        serve("external.metrics.k8s.io", "{\"items\":[{\"value\":\"60\"},{\"value\":\"40\"}]}");
        run(external(value("50")));
        assertGrewBy("external metric queue(nil)");
        assertShows(
                "{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\"},\"current\":{\"value\":\"100\"}}}");
    }

    @Test
    void aNumberFromOutsideThatNobodyTells() {
        serve("external.metrics.k8s.io", NO_ITEMS);
        run(external(average("50")));
        assertFailed(
                "FailedGetExternalMetric",
                "unable to get external metric shop/queue/nil: no metrics returned from external metrics API",
                "failed to get queue external metric value: failed to get queue external metric: ");
    }

    @Test
    void oneOfSeveralMetricsMayFailWhereTheOthersAskForMore() {
        serve("metrics.k8s.io", usage("300m", "100m"));
        serve("custom.metrics.k8s.io", NO_ITEMS);
        run(pods("10"), resource(average("200m")));
        assertGrewBy("cpu resource");
        assertThat(world.told())
                .contains(
                        "FailedGetPodsMetric: unable to get metric hits: no metrics returned from custom metrics API");
        assertThat(metrics.text())
                .contains("horizontal_pod_autoscaler_controller_reconciliations_total"
                        + "{action=\"scale_up\",error=\"internal\"} 1")
                .contains("horizontal_pod_autoscaler_controller_metric_computation_total"
                        + "{action=\"none\",error=\"internal\",metric_type=\"Pods\"} 1")
                .contains("horizontal_pod_autoscaler_controller_metric_computation_total"
                        + "{action=\"scale_up\",error=\"none\",metric_type=\"Resource\"} 1");
    }

    @Test
    void aSizeThatIsRefusedIsSaid() {
        serve("metrics.k8s.io", usage("300m", "100m"));
        world.api.failWhile(
                request -> request.verb() == Verb.UPDATE
                        && request.path().subresource().equals("scale"),
                ApiException.badRequest("not now"));
        run(resource(average("200m")));
        assertThat(world.told())
                .contains("FailedRescale: New size: 8; reason: cpu resource above target; error: not now");
        assertThat(condition("AbleToScale"))
                .isEqualTo(
                        "False FailedUpdateScale: the HPA controller was unable to update the target scale: not now");
        assertThat(status().desiredReplicas()).isZero();
        assertThat(status().currentReplicas()).isEqualTo(4);
    }

    @Test
    void aTargetWithoutASelector() {
        selector = "";
        run(resource(average("200m")));
        assertThat(world.told())
                .contains("SelectorRequired: selector is required")
                .contains("FailedComputeMetricsReplicas: selector is required");
        assertThat(condition("ScalingActive"))
                .isEqualTo("False InvalidSelector: the HPA target's scale is missing a selector");
        assertThat(metrics.text())
                .contains("horizontal_pod_autoscaler_controller_reconciliations_total"
                        + "{action=\"none\",error=\"internal\"} 1");
    }

    @Test
    void aTargetWithASelectorThatNobodyUnderstands() {
        selector = "app in";
        run(resource(average("200m")));
        assertThat(condition("ScalingActive"))
                .startsWith("False InvalidSelector: couldn't convert selector into a corresponding internal selector"
                        + " object: ");
    }

    @Test
    void aTargetOfAVersionThatNobodyUnderstandsIsTheAutoscalersFault() {
        target = "apps/v1/x";
        run(resource(average("200m")));
        assertThat(world.told()).contains("FailedGetScale: unexpected GroupVersion string: apps/v1/x");
        assertThat(metrics.text())
                .contains("horizontal_pod_autoscaler_controller_reconciliations_total"
                        + "{action=\"none\",error=\"spec\"} 1");
    }

    @Test
    void aKindThatNobodyServes() {
        target = "example.com/v1";
        run(resource(average("200m")));
        assertThat(condition("AbleToScale"))
                .isEqualTo("False FailedGetScale: the HPA controller was unable to get the target's current scale: no"
                        + " matches for kind \"Deployment\" in group \"example.com\"");
        assertThat(List.copyOf(world.told()))
                .contains("FailedGetScale: no matches for kind \"Deployment\" in group \"example.com\"");
    }
}
