package dev.jarbor.scheduler;

import static dev.jarbor.scheduler.Samples.node;
import static dev.jarbor.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodExtendedResourceClaimStatus;
import dev.jarbor.api.core.v1.PodResourceClaim;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimConsumerReference;
import dev.jarbor.api.resource.v1.ResourceClaimStatus;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods go where the devices of their claims are, and no device is given twice. */
class DeviceSchedulingTest {
    private SchedulerWorld world = new SchedulerWorld(1, "n1", "n2", "n3");
    private FakeApi api = world.api;

    private static ObjectValue spec(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private void gpuClass() {
        api.put(
                DeviceClass.KIND,
                new DeviceClass(DeviceClass.named("gpu").value().with("spec", spec("{}"))));
    }

    private void slice(String node, int devices) {
        var names = new StringBuilder();
        for (int i = 0; i < devices; i++) {
            names.append("{name: gpu-").append(i).append("}, ");
        }
        api.put(
                ResourceSlice.KIND,
                new ResourceSlice(ResourceSlice.named(node + "-gpus").value().with("spec", spec("""
                {driver: gpu.example.com, nodeName: %s, pool: {name: %s, generation: 1, resourceSliceCount: 1},
                 devices: [%s]}
                """.formatted(
                                node, node, names)))));
    }

    private ResourceClaim claim(String name) {
        return api.create(
                ResourceClaim.KIND,
                new ResourceClaim(ResourceClaim.named("default", name).value().with("spec", spec("""
                        {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: ExactCount, count: 1}}]}}
                        """))));
    }

    private ResourceClaim claimNow(String name) {
        return api.get(ResourceClaim.KIND, new ObjectKey("default", name));
    }

    private static Pod using(String name, String claim) {
        Pod pod = pod(name, "100m");
        return pod.withSpec(pod.spec()
                .withResourceClaims(
                        List.of(PodResourceClaim.EMPTY.withName("device").withResourceClaimName(claim))));
    }

    private static String nowhere(String reason) {
        return "0/3 nodes are available: " + reason
                + ", preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
    }

    @Test
    void aPodGoesWhereItGetsTheAlternativeThatItLikesMost() {
        gpuClass();
        slice("n1", 1);
        slice("n2", 2);
        slice("n3", 1);
        Pod busy = pod("busy", "400m");
        api.put(Pod.KIND, busy.withSpec(busy.spec().withNodeName("n2")));
        for (String name : List.of("first", "second")) {
            api.create(
                    ResourceClaim.KIND,
                    new ResourceClaim(
                            ResourceClaim.named("default", name).value().with("spec", spec("""
                            {devices: {requests: [{name: r, firstAvailable: [
                              {name: many, deviceClassName: gpu, allocationMode: ExactCount, count: 2},
                              {name: few, deviceClassName: gpu, allocationMode: ExactCount, count: 1}]}]}}
                            """))));
        }
        api.create(Pod.KIND, using("web", "first"));
        world.settle();
        assertThat(world.nodeOf("web"))
                .as("although there is more room elsewhere")
                .isEqualTo("n2");
        api.create(Pod.KIND, using("late", "second"));
        world.settle();
        assertThat(world.nodeOf("late")).isIn("n1", "n3");
    }

    @Test
    void aPodGoesWhereADeviceIsAndItsClaimSaysWhichOne() {
        gpuClass();
        slice("n2", 1);
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n2");
        ResourceClaim claim = claimNow("c");
        assertThat(claim.metadata().finalizers()).containsExactly("resource.kubernetes.io/delete-protection");
        assertThat(claim.status().allocation().devices().results())
                .extracting(DeviceRequestAllocationResult::device)
                .containsExactly("gpu-0");
        assertThat(claim.status().allocation().hasAllocationTimestamp()).isTrue();
        assertThat(claim.status().reservedFor())
                .extracting(ResourceClaimConsumerReference::name)
                .containsExactly("web");
    }

    @Test
    void aPodIsNotTriedBeforeItsClaimIsThere() {
        gpuClass();
        slice("n1", 1);
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.told()).isEmpty();
        claim("c");
        world.runtime.advance(Duration.ofMillis(100));
        assertThat(world.nodeOf("web")).isEqualTo("n1");
    }

    @Test
    void whyNoDeviceCanBeHadIsSaid() {
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.told())
                .contains(nowhere("request r: device class gpu does not exist. no new claims to deallocate"));
        gpuClass();
        world.settle();
        assertThat(world.told()).contains(nowhere("3 cannot allocate all claims. still not schedulable"));
        slice("n3", 1);
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n3");
    }

    @Test
    void anExpressionThatFailsIsAnErrorOfTheScheduler() {
        api.put(
                DeviceClass.KIND,
                new DeviceClass(DeviceClass.named("gpu").value().with("spec", spec("""
                {selectors: [{cel: {expression: "device.attributes['gpu.example.com'].colour == 'red'"}}]}
                """))));
        slice("n1", 1);
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.told())
                .contains("running \"DynamicResources\" filter plugin: class gpu: selector #0: CEL runtime error:"
                        + " no such key: colour");
        assertThat(api.get(Pod.KIND, new ObjectKey("default", "web")).status().conditions())
                .extracting(PodCondition::reason)
                .containsExactly("SchedulerError");
    }

    @Test
    void podsThatShareAClaimMeetWhereItsDeviceIs() {
        gpuClass();
        slice("n2", 2);
        claim("c");
        for (int i = 0; i < 5; i++) {
            api.create(Pod.KIND, using("web-" + i, "c"));
        }
        world.settle();
        for (int i = 0; i < 5; i++) {
            assertThat(world.nodeOf("web-" + i)).isEqualTo("n2");
        }
        assertThat(claimNow("c").status().reservedFor()).hasSize(5);
        assertThat(claimNow("c").status().allocation().devices().results()).hasSize(1);
    }

    @Test
    void noMoreThan256PodsShareAClaim() {
        gpuClass();
        slice("n2", 1);
        claim("c");
        api.create(Pod.KIND, using("first", "c"));
        world.settle();
        assertThat(world.nodeOf("first")).isEqualTo("n2");
        ResourceClaim claim = claimNow("c");
        var users = new ArrayList<>(claim.status().reservedFor());
        while (users.size() < 256) {
            users.add(ResourceClaimConsumerReference.EMPTY
                    .withResource("pods")
                    .withName("other-" + users.size())
                    .withUid("uid-" + users.size()));
        }
        api.updateStatus(ResourceClaim.KIND, claim.withStatus(claim.status().withReservedFor(users)));
        api.create(Pod.KIND, using("late", "c"));
        world.settle();
        assertThat(world.nodeOf("late")).isEmpty();
        assertThat(world.told()).anyMatch(said -> said.startsWith("0/3 nodes are available: resourceclaim in use."));
        claim = claimNow("c");
        api.updateStatus(ResourceClaim.KIND, claim.withStatus(claim.status().withReservedFor(users.subList(0, 255))));
        world.settle();
        assertThat(world.nodeOf("late")).isEqualTo("n2");
    }

    @Test
    void aDeviceThatNobodyUsesIsGivenBackWhereThePodCannotGo() {
        gpuClass();
        slice("n1", 1);
        claim("c");
        Pod first = api.create(Pod.KIND, using("first", "c"));
        world.settle();
        ResourceClaim idle = claimNow("c");
        api.delete(Pod.KIND, first.key(), DeleteOptions.NONE.grace(0));
        api.updateStatus(ResourceClaim.KIND, idle.withStatus(idle.status().withoutReservedFor()));
        slice("n2", 1);
        Node n1 = api.get(Node.KIND, ObjectKey.cluster("n1"));
        api.put(Node.KIND, n1.withSpec(n1.spec().withUnschedulable(true)));
        world.settle();
        api.create(Pod.KIND, using("second", "c"));
        world.settle();
        assertThat(world.told())
                .anySatisfy(message -> assertThat(message)
                        .contains("2 resourceclaim not available on the node")
                        .contains("deallocation of ResourceClaim completed, preemption"));
        assertThat(world.nodeOf("second")).isEqualTo("n2");
    }

    @Test
    void aRuleKeepsPodsFromADevice() {
        gpuClass();
        slice("n1", 1);
        api.put(
                DeviceTaintRule.KIND,
                new DeviceTaintRule(DeviceTaintRule.named("broken").value().with("spec", spec("""
                {deviceSelector: {pool: n1}, taint: {key: broken, effect: NoSchedule}}
                """))));
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.nodeOf("web")).isEmpty();
        api.delete(DeviceTaintRule.KIND, ObjectKey.cluster("broken"), DeleteOptions.NONE);
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n1");
    }

    @Test
    void whatCouldNotBeWrittenIsSaidAndTriedAgain() {
        gpuClass();
        slice("n1", 1);
        claim("c");
        api.failNext(DeviceSchedulingTest::isClaimStatus, ApiException.internalError("injected"));
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.told())
                .anySatisfy(message -> assertThat(message).startsWith("running PreBind plugin \"DynamicResources\": "));
        assertThat(world.nodeOf("web")).isEqualTo("n1");
    }

    private static Pod asking(String name, String resource, int count) {
        Pod pod = pod(name, "100m");
        return pod.withSpec(pod.spec()
                .withContainers(pod.spec().containers().stream()
                        .map(container -> container.withResources(container
                                .resources()
                                .withRequests(Map.of("cpu", Quantity.parse("100m"), resource, Quantity.of(count)))))
                        .toList()));
    }

    @Test
    void aClassMayStandForAResourceOfContainers() {
        api.put(
                DeviceClass.KIND,
                new DeviceClass(DeviceClass.named("gpu").value().with("spec", spec("""
                {extendedResourceName: example.com/gpu}
                """))));
        slice("n2", 3);
        api.create(Pod.KIND, asking("web", "example.com/gpu", 2));
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("n2");
        List<ResourceClaim> claims =
                api.list(ResourceClaim.KIND, "default", Query.NONE).items();
        assertThat(claims).singleElement().satisfies(claim -> {
            assertThat(claim.name()).startsWith("web-extended-resources-");
            assertThat(claim.metadata().annotations())
                    .containsEntry("resource.kubernetes.io/extended-resource-claim", "true");
            assertThat(claim.status().allocation().devices().results())
                    .extracting(DeviceRequestAllocationResult::request)
                    .containsExactly("container-0-request-0", "container-0-request-0");
            assertThat(claim.status().reservedFor()).hasSize(1);
        });
        assertThat(world.metrics.text()).contains("scheduler_resourceclaim_creates_total{status=\"success\"} 1");
        PodExtendedResourceClaimStatus status =
                api.get(Pod.KIND, new ObjectKey("default", "web")).status().extendedResourceClaimStatus();
        assertThat(status.resourceClaimName()).isEqualTo(claims.getFirst().name());
        assertThat(status.requestMappings()).singleElement().satisfies(mapping -> {
            assertThat(mapping.containerName()).isEqualTo("main");
            assertThat(mapping.resourceName()).isEqualTo("example.com/gpu");
            assertThat(mapping.requestName()).isEqualTo("container-0-request-0");
        });
        api.create(Pod.KIND, asking("next", "deviceclass.resource.kubernetes.io/gpu", 2));
        world.settle();
        assertThat(world.told()).contains(nowhere("3 cannot allocate all claims. still not schedulable"));
    }

    @Test
    void aNodeThatHasAResourceItselfGivesThat() {
        api.put(
                DeviceClass.KIND,
                new DeviceClass(DeviceClass.named("gpu").value().with("spec", spec("""
                {extendedResourceName: example.com/gpu}
                """))));
        Node own = node("own", "4", "4Gi");
        var allocatable = new TreeMap<>(own.status().allocatable());
        allocatable.put("example.com/gpu", Quantity.parse("2"));
        api.put(Node.KIND, own.withStatus(own.status().withAllocatable(allocatable)));
        api.create(Pod.KIND, asking("web", "example.com/gpu", 2));
        world.settle();
        assertThat(world.nodeOf("web")).isEqualTo("own");
        assertThat(api.list(ResourceClaim.KIND, "default", Query.NONE).items()).isEmpty();
    }

    private void attachedSlice() {
        api.put(
                ResourceSlice.KIND,
                new ResourceSlice(ResourceSlice.named("fabric").value().with("spec", spec("""
                {driver: gpu.example.com, allNodes: true, pool: {name: fabric, generation: 1, resourceSliceCount: 1},
                 devices: [{name: gpu-0, bindsToNode: true, bindingConditions: [Attached],
                            bindingFailureConditions: [Broken]}]}
                """))));
    }

    private void driverSays(String type) {
        ResourceClaim claim = claimNow("c");
        api.put(
                ResourceClaim.KIND,
                claim.withStatus(new ResourceClaimStatus(
                        claim.status().value().with("devices", Yaml.parse("""
                [{driver: gpu.example.com, pool: fabric, device: gpu-0,
                  conditions: [{type: %s, status: "True", reason: Said, message: so}]}]
                """.formatted(type))))));
        world.settle();
    }

    @Test
    void aPodIsBoundWhenItsDevicesDriverSaysThatItMayBe() {
        gpuClass();
        attachedSlice();
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        assertThat(world.nodeOf("web")).isEmpty();
        String node = claimNow("c")
                .status()
                .allocation()
                .nodeSelector()
                .nodeSelectorTerms()
                .getFirst()
                .matchFields()
                .getFirst()
                .values()
                .getFirst();
        assertThat(world.told()).contains("waiting for binding conditions for device on node " + node);
        driverSays("Attached");
        assertThat(world.nodeOf("web")).isEqualTo(node);
        assertWaited("success");
    }

    private void assertWaited(String status) {
        String labels = "{profile=\"default-scheduler\",driver=\"gpu.example.com\",status=\"" + status + "\"} 1";
        assertThat(world.metrics.text())
                .contains("scheduler_dra_bindingconditions_allocations_total" + labels)
                .contains("scheduler_dra_bindingconditions_wait_duration_seconds_count" + labels);
    }

    @Test
    void aDeviceThatCannotBeBoundIsGivenBack() {
        gpuClass();
        attachedSlice();
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.settle();
        api.delete(ResourceSlice.KIND, ObjectKey.cluster("fabric"), DeleteOptions.NONE);
        slice("n3", 1);
        driverSays("Broken");
        assertThat(world.told())
                .contains("running PreBind plugin \"DynamicResources\": claim c binding failed: reason=Said,"
                        + " message=\"so\"");
        assertThat(world.nodeOf("web")).isEqualTo("n3");
        assertWaited("failure");
    }

    @Test
    void aDriverThatSaysNothingForTenMinutesLosesTheClaim() {
        gpuClass();
        attachedSlice();
        claim("c");
        api.create(Pod.KIND, using("web", "c"));
        world.runtime.advance(Duration.ofMinutes(11));
        assertThat(world.told()).contains("running PreBind plugin \"DynamicResources\": device binding timeout");
        assertWaited("timeout");
    }

    private static boolean isClaimStatus(ApiRequest request) {
        return request.verb() == Verb.UPDATE
                && request.path().plural().equals("resourceclaims")
                && request.path().subresource().equals("status");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noDeviceIsGivenTwiceWhateverIsRefused(long seed) {
        world = new SchedulerWorld(seed, "n1", "n2", "n3");
        api = world.api;
        gpuClass();
        slice("n1", 2);
        slice("n2", 3);
        var fault = api.failWhile(
                request -> (request.verb() == Verb.UPDATE || request.verb() == Verb.CREATE)
                        && !request.path().plural().equals("events")
                        && world.runtime.random().nextInt(5) == 0,
                world.runtime.random().nextBoolean()
                        ? ApiException.internalError("injected")
                        : ApiException.tooManyRequests("injected", 1));
        for (int i = 0; i < 8; i++) {
            String name = "c-" + i;
            api.put(
                    ResourceClaim.KIND,
                    new ResourceClaim(
                            ResourceClaim.named("default", name).value().with("spec", spec("""
                    {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, count: 1}}]}}
                    """))));
            api.put(Pod.KIND, using("web-" + i, name));
            if (world.runtime.random().nextInt(3) == 0) {
                api.dropWatches();
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(1500)));
            assertNoDeviceIsGivenTwice(seed);
        }
        fault.close();
        world.runtime.advance(Duration.ofMinutes(6));
        assertNoDeviceIsGivenTwice(seed);
        assertThat(api.list(Pod.KIND, "", Query.NONE).items())
                .as("seed " + seed)
                .filteredOn(pod -> !pod.spec().nodeName().isEmpty())
                .hasSize(5);
    }

    private void assertNoDeviceIsGivenTwice(long seed) {
        Set<String> seen = new HashSet<>();
        for (ResourceClaim claim : api.list(ResourceClaim.KIND, "", Query.NONE).items()) {
            claim.status()
                    .allocation()
                    .devices()
                    .results()
                    .forEach(result -> assertThat(seen.add(result.pool() + "/" + result.device()))
                            .as("seed " + seed + ": " + result.pool() + "/" + result.device() + " is given once")
                            .isTrue());
        }
    }
}
