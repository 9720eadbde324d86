package dev.jarbor.controllers.devicetaints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods leave tainted devices as they leave tainted nodes (KEP-5055). */
class DeviceTaintEvictionControllerTest {
    private static final String NAMESPACE = "shop";

    private World world = new World(1);

    private World start() {
        return world.start(
                new DeviceTaintEvictionController(world.api, world.informers, world.runtime, world.events, true));
    }

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private void slice(String taints) {
        world.api.put(
                ResourceSlice.KIND,
                new ResourceSlice(ResourceSlice.named("slice").value().with("spec", yaml("""
                {driver: gpu.example.com, nodeName: n1, pool: {name: n1, generation: 1, resourceSliceCount: 1},
                 devices: [{name: gpu-0, taints: [%s]}, {name: gpu-1}]}
                """.formatted(taints)))));
    }

    private Pod pod(String name, String device, String tolerations) {
        Pod pod = world.api.put(
                Pod.KIND, new Pod(Pod.named(NAMESPACE, name).value().with("spec", yaml("""
                {nodeName: n1, containers: [{name: main}], resourceClaims: [{name: d, resourceClaimName: %s}]}
                """.formatted(name)))));
        world.api.put(
                ResourceClaim.KIND,
                new ResourceClaim(ResourceClaim.named(NAMESPACE, name).value().with("status", yaml("""
                {allocation: {devices: {results: [{request: r, driver: gpu.example.com, pool: n1, device: %s,
                   tolerations: [%s]}]}},
                 reservedFor: [{resource: pods, name: %s, uid: %s}]}
                """.formatted(
                                device, tolerations, name, pod.metadata().uid())))));
        world.runtime.advance(Duration.ofSeconds(1));
        return pod;
    }

    private void rule(String effect) {
        world.api.put(
                DeviceTaintRule.KIND,
                new DeviceTaintRule(DeviceTaintRule.named("broken").value().with("spec", yaml("""
                {deviceSelector: {driver: gpu.example.com, device: gpu-0}, taint: {key: broken, effect: %s}}
                """.formatted(effect)))));
        world.runtime.advance(Duration.ofSeconds(1));
    }

    private boolean stays(Pod pod) {
        return world.api
                .find(Pod.KIND, pod.key())
                .filter(found -> !found.metadata().hasDeletionTimestamp())
                .isPresent();
    }

    private Condition condition() {
        List<Condition> conditions = world.api
                .get(DeviceTaintRule.KIND, ObjectKey.cluster("broken"))
                .status()
                .conditions();
        assertThat(conditions).hasSize(1);
        return conditions.getFirst();
    }

    @Test
    void aPodWhoseDeviceItsDriverTaintsGoesAndSaysWhy() {
        start();
        slice("");
        Pod sick = pod("sick", "gpu-0", "");
        Pod well = pod("well", "gpu-1", "");
        assertThat(stays(sick)).isTrue();
        slice("{key: health, effect: NoExecute}");
        world.runtime.advance(Duration.ofSeconds(1));
        assertThat(stays(sick)).isFalse();
        assertThat(stays(well)).isTrue();
        assertThat(world.told()).containsExactly("DeviceTaintManagerEviction: Marking for deletion");
        assertThat(world.the(Pod.KIND, NAMESPACE, "sick").status().conditions())
                .extracting(PodCondition::type, PodCondition::reason)
                .containsExactly(tuple("DisruptionTarget", "DeletionByDeviceTaintManager"));
    }

    @Test
    void podsThatWereSentAwayAreCountedWithTheTimeThatItTook() {
        var registry = new MetricRegistry();
        world.start(new DeviceTaintEvictionController(
                world.api, world.informers, world.runtime, world.events, true, registry));
        slice("{key: health, effect: NoExecute}");
        pod("sick", "gpu-0", "");
        pod("patient", "gpu-0", "{operator: Exists, tolerationSeconds: 30}");
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(registry.text())
                .contains("device_taint_eviction_controller_pod_deletions_total 2\n")
                .contains("device_taint_eviction_controller_pod_deletion_duration_seconds_bucket{le=\"2.5\"} 2\n");
    }

    @Test
    void aTaintThatOnlyKeepsPodsAwaySendsNoneAway() {
        start();
        slice("{key: health, effect: NoSchedule}");
        assertThat(stays(pod("web", "gpu-0", ""))).isTrue();
    }

    @Test
    void aPodStaysAsLongAsItToleratesTheTaint() {
        start();
        slice("{key: health, effect: NoExecute}");
        Pod forever = pod("forever", "gpu-0", "{key: health, operator: Exists}");
        Pod minute = pod("minute", "gpu-0", "{operator: Exists, tolerationSeconds: 60}");
        world.runtime.advance(Duration.ofSeconds(55));
        assertThat(stays(minute)).isTrue();
        world.runtime.advance(Duration.ofSeconds(10));
        assertThat(stays(minute)).isFalse();
        assertThat(stays(forever)).isTrue();
    }

    @Test
    void aPodWhoseDeviceRecoversInTimeStays() {
        start();
        slice("{key: health, effect: NoExecute}");
        Pod pod = pod("web", "gpu-0", "{operator: Exists, tolerationSeconds: 60}");
        slice("");
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(stays(pod)).isTrue();
        assertThat(world.told()).containsExactly("DeviceTaintManagerEviction: Cancelling deletion");
    }

    @Test
    void aRuleSendsPodsAwayAndSaysHowFarThatIs() {
        start();
        Pod pod = pod("web", "gpu-0", "{operator: Exists, tolerationSeconds: 30}");
        rule("NoExecute");
        assertThat(condition().status()).isEqualTo("True");
        assertThat(condition().reason()).isEqualTo("PodsPendingEviction");
        assertThat(condition().message()).isEqualTo("1 pod needs to be evicted in 1 namespace.");
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(stays(pod)).isFalse();
        assertThat(condition().status()).isEqualTo("False");
        assertThat(condition().reason()).isEqualTo("Completed");
        assertThat(condition().message()).isEqualTo("1 pod evicted since starting the controller.");
    }

    @Test
    void aRuleWithoutEffectSaysWhatItWouldDo() {
        start();
        slice("");
        Pod pod = pod("web", "gpu-0", "");
        rule("None");
        assertThat(stays(pod)).isTrue();
        assertThat(condition().reason()).isEqualTo("NoEffect");
        assertThat(condition().message())
                .isEqualTo("1 published device selected. 1 allocated device selected. 1 pod would be evicted in 1"
                        + " namespace if the effect was NoExecute. This information will not be updated again. Recreate"
                        + " the DeviceTaintRule to trigger an update.");
    }

    @Test
    void aRuleThatOnlyKeepsPodsAwaySaysSo() {
        start();
        rule("NoSchedule");
        assertThat(condition().reason()).isEqualTo("OtherEffect");
        assertThat(condition().message()).isEqualTo("Eviction only happens for the NoExecute effect.");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void inTheEndNobodyUsesATaintedDeviceAndNobodyElseHasGone(long seed) {
        world = new World(seed);
        start();
        slice("");
        for (int step = 0; step < 30; step++) {
            world.trouble(12);
            try {
                String name = "web-" + world.runtime.random().nextInt(6);
                switch (world.runtime.random().nextInt(4)) {
                    case 0 -> rule("NoExecute");
                    case 1 ->
                        world.api
                                .find(DeviceTaintRule.KIND, ObjectKey.cluster("broken"))
                                .ifPresent(
                                        rule -> world.api.delete(DeviceTaintRule.KIND, rule.key(), DeleteOptions.NONE));
                    default -> {
                        if (world.api
                                .find(Pod.KIND, new ObjectKey(NAMESPACE, name))
                                .isEmpty()) {
                            pod(name, "gpu-" + world.runtime.random().nextInt(2), "");
                        }
                    }
                }
            } catch (ApiException refused) {
                // one of the injected faults
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(2000)));
        }
        world.calm();
        rule("NoExecute");
        world.calm();
        assertThat(world.all(Pod.KIND))
                .as("seed " + seed)
                .allSatisfy(
                        pod -> assertThat(stays(pod)).isEqualTo(deviceOf(pod).equals("gpu-1")));
    }

    private String deviceOf(Pod pod) {
        return world.the(ResourceClaim.KIND, NAMESPACE, pod.name())
                .status()
                .allocation()
                .devices()
                .results()
                .getFirst()
                .device();
    }
}
