package dev.jarbor.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A queue's workers: ten messages for each, none without messages, unless somebody has switched them off. */
class ZeroReplicasTest {
    private static final String NAMESPACE = "shop";
    private static final String QUEUE =
            "{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\"},\"target\":"
                    + "{\"type\":\"AverageValue\",\"averageValue\":\"10\"}}}";
    private static final String SWITCHED_OFF =
            "False ScalingDisabled: scaling is disabled since the replica count of the target is zero";
    private static final String DONE = "True ScaledToZero: the HPA controller scaled the workload to zero";
    private static final String NOT_DONE =
            "False NotScaledToZero: the HPA controller did not scale the workload to zero";

    private final World world = new World(1);
    private int replicas = 3;
    private int messages = 30;

    private ZeroReplicasTest start(int least) {
        world.api.answer(request -> request.path().subresource().equals("scale"), this::scale);
        world.api.answer(
                request -> request.path().group().equals("external.metrics.k8s.io"),
                request -> Json.object("{\"items\":[{\"value\":\"" + messages + "\"}]}"));
        world.api.create(
                HorizontalPodAutoscaler.KIND, new HorizontalPodAutoscaler(Json.object("""
                {"metadata":{"namespace":"shop","name":"workers"},
                 "spec":{"minReplicas":%d,"maxReplicas":20,"metrics":[%s],
                  "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"workers"}}}
                """.formatted(least, QUEUE))));
        world.start(new HorizontalController(
                world.api,
                world.informers,
                world.runtime,
                world.events,
                Schemas.builtIn().resources()));
        return this;
    }

    private ObjectValue scale(ApiRequest request) {
        if (request.verb() == Verb.UPDATE && request.body() instanceof ObjectValue wanted) {
            replicas = (int) wanted.object("spec").integer("replicas");
        }
        return Json.object("{\"spec\":{\"replicas\":%1$d},\"status\":{\"replicas\":%1$d,\"selector\":\"app=workers\"}}"
                .formatted(replicas));
    }

    private void pass(int minutes) {
        world.runtime.advance(Duration.ofMinutes(minutes));
    }

    private HorizontalPodAutoscaler autoscaler() {
        return world.the(HorizontalPodAutoscaler.KIND, NAMESPACE, "workers");
    }

    private String condition(String type) {
        return autoscaler().status().conditions().stream()
                .filter(each -> each.type().equals(type))
                .map(each -> each.status() + " " + each.reason() + ": " + each.message())
                .findFirst()
                .orElse("");
    }

    @Test
    void theLastPodGoesWithTheLastMessageAndPodsComeBackWithTheNext() {
        start(0);
        messages = 0;
        pass(4);
        assertThat(replicas).as("five minutes are not over").isEqualTo(3);

        pass(2);
        assertThat(replicas).isZero();
        assertThat(condition("ScaledToZero")).isEqualTo(DONE);

        pass(10);
        assertThat(replicas).isZero();
        assertThat(condition("ScaledToZero")).isEqualTo(DONE);

        messages = 25;
        pass(1);
        assertThat(replicas).isEqualTo(3);
        assertThat(condition("ScaledToZero")).isEqualTo(NOT_DONE);
    }

    @Test
    void whatSomebodyHasSwitchedOffStaysOff() {
        replicas = 0;
        start(0);
        pass(10);
        assertThat(replicas).isZero();
        assertThat(condition("ScalingActive")).isEqualTo(SWITCHED_OFF);
        assertThat(condition("ScaledToZero")).isEmpty();

        replicas = 1;
        pass(1);
        assertThat(condition("ScaledToZero")).isEqualTo(NOT_DONE);
        replicas = 0;
        pass(10);
        assertThat(replicas).isZero();
        assertThat(condition("ScalingActive")).isEqualTo(SWITCHED_OFF);
    }

    @Test
    void whereThereHaveToBePodsByNowTheyComeBackWithoutMessages() {
        start(0);
        messages = 0;
        pass(6);
        assertThat(replicas).isZero();

        HorizontalPodAutoscaler idle = autoscaler();
        world.api.update(HorizontalPodAutoscaler.KIND, idle.withSpec(idle.spec().withMinReplicas(2)));
        pass(1);
        assertThat(replicas).isEqualTo(2);
        assertThat(condition("ScaledToZero")).isEqualTo(NOT_DONE);
    }

    @Test
    void nothingIsSaidOfZeroWhereItWasNeverMeant() {
        start(1);
        messages = 0;
        pass(6);
        assertThat(replicas).isEqualTo(1);
        assertThat(condition("ScaledToZero")).isEmpty();
    }
}
