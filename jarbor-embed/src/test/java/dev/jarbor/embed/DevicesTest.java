package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.AllocatedDeviceStatus;
import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceAttribute;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.DeviceTaint;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimTemplate;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims of devices in a whole cluster, from the slice of a node to the pod that runs, and back. */
class DevicesTest {
    private static final String DRIVER = "gpu.example.com";

    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT
            .withTime(TimeMode.MANUAL)
            .serving("resource.k8s.io/v1beta2=true")
            .withEachNode(node -> node.name().equals("node-0") ? node : node.withDevices(DRIVER, gpus())));

    @AfterEach
    void close() {
        cluster.close();
    }

    private static List<Device> gpus() {
        return IntStream.range(0, 2)
                .mapToObj(index -> Device.EMPTY
                        .withName("gpu-" + index)
                        .withAttributes(Map.of(
                                "index",
                                DeviceAttribute.EMPTY.withInt(index),
                                "model",
                                DeviceAttribute.EMPTY.withString("a100"))))
                .toList();
    }

    private <T extends KubeObject> void create(Kind<T> kind, String text) {
        cluster.api().create(kind, kind.read((ObjectValue) Yaml.parse(text)));
    }

    private void gpuClass() {
        create(DeviceClass.KIND, """
                metadata: {name: gpu}
                spec: {selectors: [{cel: {expression: "device.driver == 'gpu.example.com' && device.attributes['gpu.example.com'].model == 'a100'"}}]}
                """);
    }

    private void deployment(int replicas) {
        create(ResourceClaimTemplate.KIND, """
                metadata: {name: one-gpu, namespace: default}
                spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu}}]}}}
                """);
        create(Deployment.KIND, """
                metadata: {name: trainers, namespace: default}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: trainer}}
                  template:
                    metadata: {labels: {app: trainer}}
                    spec:
                      containers: [{name: main, image: trainer, resources: {claims: [{name: gpu}]}}]
                      resourceClaims: [{name: gpu, resourceClaimTemplateName: one-gpu}]
                """.formatted(replicas));
    }

    private List<Pod> running() {
        return cluster.api().list(Pod.KIND, "default", Query.NONE).items().stream()
                .filter(pod -> pod.status().phase().equals("Running"))
                .toList();
    }

    private List<ResourceClaim> claims() {
        return cluster.api().list(ResourceClaim.KIND, "default", Query.NONE).items();
    }

    private void scale(int replicas) {
        Deployment now = cluster.api().get(Deployment.KIND, new ObjectKey("default", "trainers"));
        cluster.api().update(Deployment.KIND, now.withSpec(now.spec().withReplicas(replicas)));
    }

    @Test
    void nodesPublishTheirDevicesAndTheSlicesGoWithThem() {
        cluster.time().advance(Duration.ofSeconds(10));
        assertThat(cluster.api().list(ResourceSlice.KIND, "", Query.NONE).items())
                .extracting(KubeObject::name)
                .containsExactly("node-1-" + DRIVER, "node-2-" + DRIVER);
        cluster.faults().loseNode("node-1");
        cluster.api().delete(Node.KIND, ObjectKey.cluster("node-1"));
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(cluster.api().list(ResourceSlice.KIND, "", Query.NONE).items())
                .extracting(KubeObject::name)
                .containsExactly("node-2-" + DRIVER);
    }

    @Test
    void eachPodOfADeploymentGetsADeviceOfItsOwnAndGivesItBack() {
        gpuClass();
        deployment(6);
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(running()).hasSize(4).noneMatch(pod -> pod.spec().nodeName().equals("node-0"));
        assertThat(claims()).hasSize(6);
        var given = new HashSet<String>();
        claims().stream()
                .flatMap(claim -> claim.status().allocation().devices().results().stream())
                .forEach(result -> assertThat(given.add(result.pool() + "/" + result.device()))
                        .isTrue());
        assertThat(given).hasSize(4);
        assertThat(claims().stream().flatMap(claim -> claim.status().devices().stream()))
                .hasSize(4)
                .allSatisfy(device -> assertThat(conditions(device)).containsExactly("Ready=True"));

        scale(2);
        cluster.time().advance(Duration.ofMinutes(2));
        assertThat(running()).hasSize(2);
        assertThat(claims()).hasSize(2);
        scale(4);
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(running()).hasSize(4);
    }

    private static List<String> conditions(AllocatedDeviceStatus device) {
        return device.conditions().stream()
                .map(condition -> condition.type() + "=" + condition.status())
                .toList();
    }

    @Test
    void podsLeaveADeviceThatIsTaintedAndGetAnother() {
        gpuClass();
        deployment(3);
        cluster.time().advance(Duration.ofMinutes(1));
        DeviceRequestAllocationResult sick =
                claims().getFirst().status().allocation().devices().results().getFirst();
        ResourceSlice slice = cluster.api().get(ResourceSlice.KIND, ObjectKey.cluster(sick.pool() + "-" + DRIVER));
        List<Device> devices = slice.spec().devices().stream()
                .map(device -> device.name().equals(sick.device())
                        ? device.withTaints(
                                List.of(DeviceTaint.EMPTY.withKey("health").withEffect("NoExecute")))
                        : device)
                .toList();
        cluster.api().update(ResourceSlice.KIND, slice.withSpec(slice.spec().withDevices(devices)));
        cluster.time().advance(Duration.ofMinutes(2));
        assertThat(running()).hasSize(3);
        assertThat(claims().stream()
                        .flatMap(claim -> claim.status().allocation().devices().results().stream())
                        .map(result -> result.pool() + "/" + result.device()))
                .hasSize(3)
                .doesNotContain(sick.pool() + "/" + sick.device());
    }

    @Test
    void podsOfALostNodeGetDevicesElsewhereWhenTheirNodeIsGone() {
        gpuClass();
        deployment(2);
        cluster.time().advance(Duration.ofMinutes(1));
        String lost = running().getFirst().spec().nodeName();
        cluster.faults().loseNode(lost);
        cluster.api().delete(Node.KIND, ObjectKey.cluster(lost));
        cluster.time().advance(Duration.ofMinutes(10));
        assertThat(running()).hasSize(2).noneMatch(pod -> pod.spec().nodeName().equals(lost));
    }

    private DeviceTaintRule rule(String node, String effect) {
        create(DeviceTaintRule.KIND, """
                metadata: {name: maintenance}
                spec: {deviceSelector: {driver: %s, pool: %s}, taint: {key: maintenance, effect: %s}}
                """.formatted(DRIVER, node, effect));
        return cluster.api().get(DeviceTaintRule.KIND, ObjectKey.cluster("maintenance"));
    }

    private List<String> pools() {
        return claims().stream()
                .flatMap(claim -> claim.status().allocation().devices().results().stream())
                .map(DeviceRequestAllocationResult::pool)
                .toList();
    }

    private String progress() {
        return cluster.api().get(DeviceTaintRule.KIND, ObjectKey.cluster("maintenance")).status().conditions().stream()
                .filter(condition -> condition.type().equals("EvictionInProgress"))
                .map(condition -> condition.status() + " " + condition.reason() + ": " + condition.message())
                .findFirst()
                .orElse("");
    }

    @Test
    void aRuleEmptiesTheDevicesOfANodeAndTellsHowFarThatIs() {
        gpuClass();
        deployment(2);
        cluster.time().advance(Duration.ofMinutes(1));
        String node = pools().getFirst();
        rule(node, "None");
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(progress()).startsWith("False NoEffect:").contains("would be evicted");
        assertThat(pools()).contains(node);

        DeviceTaintRule rule = cluster.api().get(DeviceTaintRule.KIND, ObjectKey.cluster("maintenance"));
        cluster.api()
                .update(
                        DeviceTaintRule.KIND,
                        rule.withSpec(rule.spec().withTaint(rule.spec().taint().withEffect("NoExecute"))));
        cluster.time().advance(Duration.ofMinutes(2));
        assertThat(pools()).hasSize(2).doesNotContain(node);
        assertThat(running()).hasSize(2).noneMatch(pod -> pod.spec().nodeName().equals(node));
        assertThat(progress()).startsWith("False Completed:").contains("evicted since starting the controller");

        scale(3);
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(running()).as("the other node has no third device").hasSize(2);
        cluster.api().delete(DeviceTaintRule.KIND, rule.key());
        cluster.time().advance(Duration.ofMinutes(2));
        assertThat(running()).hasSize(3);
    }

    @Test
    void aRuleThatOnlyKeepsPodsAwaySendsNobodyAway() {
        gpuClass();
        deployment(2);
        cluster.time().advance(Duration.ofMinutes(1));
        List<String> before = running().stream().map(Pod::name).toList();
        rule(pools().getFirst(), "NoSchedule");
        cluster.time().advance(Duration.ofMinutes(2));
        assertThat(running()).extracting(Pod::name).containsExactlyElementsOf(before);
        scale(4);
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(running().size())
                .as("no device of the rule is given any more")
                .isLessThan(4);
    }
}
