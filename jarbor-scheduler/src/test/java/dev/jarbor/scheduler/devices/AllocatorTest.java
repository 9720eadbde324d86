package dev.jarbor.scheduler.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What claims get of the devices that drivers publish (KEP-4381, KEP-4815, KEP-4816, KEP-5055, KEP-5075). */
class AllocatorTest {
    private static final Node NODE = labelled("n1", "zone", "a");

    private final List<ResourceSlice> slices = new ArrayList<>();
    private final List<DeviceClass> classes = new ArrayList<>();
    private final List<DeviceTaintRule> rules = new ArrayList<>();
    private final List<AllocationResult> given = new ArrayList<>();

    AllocatorTest() {
        classes.add(deviceClass("gpu", "{selectors: [{cel: {expression: \"device.driver == 'gpu.example.com'\"}}]}"));
        classes.add(deviceClass("any", "{}"));
    }

    private static Node labelled(String name, String key, String value) {
        Node node = Node.named(name);
        return node.withMetadata(node.metadata().withLabels(Map.of(key, value)));
    }

    /** JSON without quotes around names, for short tests. */
    private static ObjectValue relaxed(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private static DeviceClass deviceClass(String name, String spec) {
        return new DeviceClass(DeviceClass.named(name).value().with("spec", relaxed(spec)));
    }

    /** A slice of its own pool, complete by itself. */
    private void slice(String pool, String spec) {
        slice(pool, 1, 1, spec);
    }

    private void slice(String pool, int generation, int count, String spec) {
        Value pooled = relaxed("{name: %s, generation: %d, resourceSliceCount: %d}".formatted(pool, generation, count));
        slices.add(new ResourceSlice(ResourceSlice.named("slice-" + slices.size())
                .value()
                .with("spec", relaxed(spec).with("driver", "gpu.example.com").with("pool", pooled))));
    }

    private static ResourceClaim claim(String name, String devices) {
        return new ResourceClaim(
                ResourceClaim.named("shop", name).value().with("spec", relaxed("{devices: " + devices + "}")));
    }

    private static ResourceClaim wants(String name, String exactly) {
        return claim(name, "{requests: [{name: r, exactly: {deviceClassName: gpu, " + exactly + "}}]}");
    }

    private Optional<List<AllocationResult>> allocate(Node node, ResourceClaim... claims)
            throws CannotAllocateException {
        return Allocator.of(
                        List.of(claims),
                        classes,
                        Slices.of(slices, rules),
                        DevicesInUse.of(given),
                        new ExpressionCache())
                .allocate(node, () -> "share");
    }

    /** The names of the devices of one claim, "-" where there are none for it. */
    private String devices(Node node, ResourceClaim claim) throws CannotAllocateException {
        return allocate(node, claim)
                .map(results -> String.join(
                        " ",
                        results.getFirst().devices().results().stream()
                                .map(DeviceRequestAllocationResult::device)
                                .toList()))
                .orElse("-");
    }

    /** Gives {@code claim} what it gets, so that others do not. */
    private String give(ResourceClaim claim) throws CannotAllocateException {
        String names = devices(NODE, claim);
        allocate(NODE, claim).ifPresent(given::addAll);
        return names;
    }

    private static String gpus(int count) {
        var devices = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            devices.add(
                    "{name: gpu-%d, attributes: {index: {int: %d}, numa: {int: %d}}, capacity: {memory: {value: %dGi}}}"
                            .formatted(i, i, i % 2, 10 * (i + 1)));
        }
        return "devices: [" + String.join(", ", devices) + "]";
    }

    @Test
    void eachClaimGetsADeviceOfItsOwnUntilThereAreNone() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(2) + "}");
        assertThat(give(wants("one", "count: 1"))).isEqualTo("gpu-0");
        assertThat(give(wants("two", "count: 1"))).isEqualTo("gpu-1");
        assertThat(devices(NODE, wants("three", "count: 1"))).isEqualTo("-");
    }

    @Test
    void theResultSaysWhatWasGivenAndFromWhereItIsReached() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(1) + "}");
        classes.add(deviceClass("set-up", "{config: [{opaque: {driver: gpu.example.com, parameters: {mode: fast}}}]}"));
        AllocationResult result = allocate(NODE, claim("c", """
                {requests: [{name: r, exactly: {deviceClassName: set-up}}],
                 config: [{requests: [r], opaque: {driver: gpu.example.com, parameters: {mode: slow}}},
                          {requests: [other], opaque: {driver: gpu.example.com, parameters: {mode: none}}}]}
                """)).orElseThrow().getFirst();
        assertThat(result.value()).isEqualTo(Json.object("""
                        {"devices": {
                           "config": [
                             {"source": "FromClass", "requests": ["r"],
                              "opaque": {"driver": "gpu.example.com", "parameters": {"mode": "fast"}}},
                             {"source": "FromClaim", "requests": ["r"],
                              "opaque": {"driver": "gpu.example.com", "parameters": {"mode": "slow"}}}],
                           "results": [
                             {"request": "r", "driver": "gpu.example.com", "pool": "p", "device": "gpu-0"}]},
                         "nodeSelector": {"nodeSelectorTerms": [{"matchFields": [
                             {"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}
                        """));
    }

    @Test
    void onlyTheNodeThatASliceIsForReachesIt() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(1) + "}");
        assertThat(devices(Node.named("n2"), wants("c", "count: 1"))).isEqualTo("-");
    }

    @Test
    void aSliceMayBeForAllNodesOrForThoseWithALabel() throws CannotAllocateException {
        slice("everywhere", "{allNodes: true, devices: [{name: far}]}");
        slice("near", """
                {nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]},
                 devices: [{name: near}]}
                """);
        ResourceClaim two = wants("c", "count: 2");
        assertThat(devices(NODE, two)).isEqualTo("far near");
        assertThat(devices(Node.named("n2"), two)).isEqualTo("-");
        assertThat(allocate(NODE, two)
                        .orElseThrow()
                        .getFirst()
                        .nodeSelector()
                        .nodeSelectorTerms()
                        .getFirst())
                .satisfies(term ->
                        assertThat(term.matchExpressions().getFirst().values()).containsExactly("a"));
        assertThat(allocate(Node.named("n2"), wants("d", "count: 1"))
                        .orElseThrow()
                        .getFirst()
                        .hasNodeSelector())
                .isFalse();
    }

    @Test
    void devicesOfOneSliceMayBeForDifferentNodes() throws CannotAllocateException {
        slice("p", """
                {perDeviceNodeSelection: true,
                 devices: [{name: other, nodeName: n2}, {name: mine, nodeName: n1}, {name: all, allNodes: true}]}
                """);
        assertThat(devices(NODE, wants("c", "allocationMode: All"))).isEqualTo("mine all");
        assertThat(devices(Node.named("n2"), wants("c", "count: 1"))).isEqualTo("other");
    }

    @Test
    void nothingIsTakenOfAPoolThatIsBeingUpdatedAndWhatWantsAllWaitsForIt() throws CannotAllocateException {
        slice("p", 2, 2, "{nodeName: n1, devices: [{name: gpu-0}]}");
        slice("q", "{nodeName: n1, devices: [{name: gpu-9}]}");
        assertThat(devices(NODE, wants("c", "count: 1"))).isEqualTo("gpu-9");
        assertThatThrownBy(() -> devices(NODE, wants("c", "allocationMode: All")))
                .hasMessage("claim shop/c, request r: asks for all devices, but resource pool gpu.example.com/p is"
                        + " currently being updated");
    }

    @Test
    void anOldGenerationIsPassedOver() throws CannotAllocateException {
        slice("p", 1, 1, "{nodeName: n1, devices: [{name: old}]}");
        slice("p", 2, 1, "{nodeName: n1, devices: [{name: new}]}");
        assertThat(devices(NODE, wants("c", "allocationMode: All"))).isEqualTo("new");
    }

    @Test
    void aPoolWhoseDevicesShareANameIsInvalid() {
        slice("p", 1, 2, "{nodeName: n1, devices: [{name: gpu-0}]}");
        slice("p", 1, 2, "{nodeName: n1, devices: [{name: gpu-0}]}");
        assertThatThrownBy(() -> devices(NODE, wants("c", "count: 1")))
                .hasMessage("invalid resource pools were encountered");
    }

    @Test
    void classAndRequestSelectTogether() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(3) + "}");
        assertThat(devices(NODE, wants("c", """
                count: 1, selectors: [{cel: {expression: "device.attributes['gpu.example.com'].index > 1"}}]
                """))).isEqualTo("gpu-2");
        assertThat(devices(NODE, wants("c", """
                count: 1,
                selectors: [{cel: {expression: "device.capacity['gpu.example.com'].memory.isGreaterThan(quantity('10Gi'))"}}]
                """))).isEqualTo("gpu-1");
    }

    @Test
    void anExpressionThatFailsEndsTheSearch() {
        slice("p", "{nodeName: n1, " + gpus(1) + "}");
        assertThatThrownBy(() -> devices(NODE, wants("c", """
                        count: 1, selectors: [{cel: {expression: "device.attributes['gpu.example.com'].colour == 'red'"}}]
                        """)))
                .hasMessage("claim shop/c: selector #0: CEL runtime error: no such key: colour")
                .satisfies(e ->
                        assertThat(((CannotAllocateException) e).isOfNode()).isFalse());
    }

    @Test
    void allDevicesAreAtLeastOneAndNoneOfThemMayBeInUse() throws CannotAllocateException {
        assertThat(devices(NODE, wants("none", "allocationMode: All"))).isEqualTo("-");
        slice("p", "{nodeName: n1, " + gpus(3) + "}");
        assertThat(devices(NODE, wants("all", "allocationMode: All"))).isEqualTo("gpu-0 gpu-1 gpu-2");
        give(wants("one", "count: 1"));
        assertThat(devices(NODE, wants("all", "allocationMode: All"))).isEqualTo("-");
    }

    @Test
    void theFirstAlternativeThatCanBeHadIsTaken() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(2) + "}");
        ResourceClaim claim = claim("c", """
                {requests: [{name: r, firstAvailable: [
                   {name: many, deviceClassName: gpu, count: 4},
                   {name: few, deviceClassName: gpu, count: 2}]}],
                 config: [{requests: [r/many], opaque: {driver: d, parameters: {}}},
                          {requests: [r/few], opaque: {driver: e, parameters: {}}}]}
                """);
        AllocationResult result = allocate(NODE, claim).orElseThrow().getFirst();
        assertThat(result.devices().results())
                .extracting(DeviceRequestAllocationResult::request)
                .containsExactly("r/few", "r/few");
        assertThat(result.devices().config())
                .singleElement()
                .satisfies(config -> assertThat(config.opaque().driver()).isEqualTo("e"));
    }

    @Test
    void anAttributeMayHaveToBeTheSameOfAllDevices() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(4) + "}");
        assertThat(devices(NODE, claim("c", """
                {requests: [{name: a, exactly: {deviceClassName: gpu}}, {name: b, exactly: {deviceClassName: gpu}}],
                 constraints: [{requests: [a, b], matchAttribute: gpu.example.com/numa}]}
                """))).isEqualTo("gpu-0 gpu-2");
        assertThat(devices(NODE, claim("c", """
                {requests: [{name: a, exactly: {deviceClassName: gpu, count: 3}}],
                 constraints: [{matchAttribute: gpu.example.com/numa}]}
                """))).isEqualTo("-");
        assertThat(devices(NODE, claim("c", """
                {requests: [{name: a, exactly: {deviceClassName: gpu, count: 1}}],
                 constraints: [{matchAttribute: gpu.example.com/unknown}]}
                """))).isEqualTo("-");
    }

    @Test
    void anAttributeMayHaveToBeAnotherForEachDevice() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(4) + "}");
        String claim = """
                {requests: [{name: a, exactly: {deviceClassName: gpu, count: %d}}],
                 constraints: [{distinctAttribute: gpu.example.com/numa}]}
                """;
        assertThat(devices(NODE, claim("c", claim.formatted(2)))).isEqualTo("gpu-0 gpu-1");
        assertThat(devices(NODE, claim("c", claim.formatted(3)))).isEqualTo("-");
    }

    @Test
    void aClaimThatWantsAllButMayNotHaveThemTogetherIsWrong() {
        slice("p", "{nodeName: n1, " + gpus(2) + "}");
        assertThatThrownBy(() -> devices(NODE, claim("c", """
                        {requests: [{name: a, exactly: {deviceClassName: gpu, allocationMode: All}}],
                         constraints: [{matchAttribute: gpu.example.com/index}]}
                        """)))
                .hasMessage("claim shop/c, request a: cannot add device gpu.example.com/p/gpu-1 because a claim"
                        + " constraint would not be satisfied");
    }

    @Test
    void whatWasTakenTooEarlyIsGivenBack() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(2) + "}");
        assertThat(devices(NODE, claim("c", """
                {requests: [{name: a, exactly: {deviceClassName: gpu}},
                            {name: b, exactly: {deviceClassName: gpu, selectors: [
                                {cel: {expression: "device.attributes['gpu.example.com'].index == 0"}}]}}]}
                """))).isEqualTo("gpu-1 gpu-0");
    }

    @Test
    void anAdministratorSeesDevicesThatOthersUseAndUsesNone() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(1) + "}");
        assertThat(give(wants("user", "count: 1"))).isEqualTo("gpu-0");
        assertThat(give(wants("admin", "allocationMode: All, adminAccess: true")))
                .isEqualTo("gpu-0");
        given.removeFirst();
        assertThat(devices(NODE, wants("next", "count: 1"))).isEqualTo("gpu-0");
    }

    @Test
    void aPodThatHasADeviceForAdministrationDoesNotGetItToUseAsWell() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(1) + "}");
        ResourceClaim admin = wants("admin", "count: 1, adminAccess: true");
        ResourceClaim user = wants("user", "count: 1");
        assertThat(allocate(NODE, admin, user)).isEmpty();
        assertThat(allocate(NODE, user, admin)).isPresent();
        slice("q", "{nodeName: n1, " + gpus(1) + "}");
        assertThat(allocate(NODE, admin, user)).isPresent();
    }

    @Test
    void devicesThatOneMayHaveToWaitForAreTakenLast() throws CannotAllocateException {
        String waiting = "{nodeName: n1, devices: [{name: %s, bindsToNode: true, bindingConditions: [ready],"
                + " bindingFailureConditions: [failed]}]}";
        String atOnce = "{nodeName: n1, devices: [{name: %s}]}";
        slice("a", waiting.formatted("far"));
        slice("b", 1, 3, waiting.formatted("middle"));
        slice("b", 1, 3, atOnce.formatted("second"));
        slice("b", 1, 3, atOnce.formatted("third"));
        slice("c", atOnce.formatted("first"));
        assertThat(devices(NODE, wants("five", "count: 5"))).isEqualTo("first far second third middle");
    }

    @Test
    void devicesThatShareCountersAreGivenWhileThereAreAnyLeft() throws CannotAllocateException {
        slice("p", 1, 2, "{nodeName: n1, sharedCounters: [{name: card, counters: {memory: {value: 40Gi}}}]}");
        slice("p", 1, 2, """
                {nodeName: n1, devices: [
                  {name: whole, consumesCounters: [{counterSet: card, counters: {memory: {value: 40Gi}}}]},
                  {name: half-0, consumesCounters: [{counterSet: card, counters: {memory: {value: 20Gi}}}]},
                  {name: half-1, consumesCounters: [{counterSet: card, counters: {memory: {value: 20Gi}}}]}]}
                """);
        assertThat(devices(NODE, wants("two", "count: 2"))).isEqualTo("half-0 half-1");
        assertThat(give(wants("one", "count: 1"))).isEqualTo("whole");
        assertThat(devices(NODE, wants("two", "count: 1"))).isEqualTo("-");
    }

    @Test
    void aDeviceThatMayBeSharedIsGivenUntilItsCapacityIsUsedUp() throws CannotAllocateException {
        slice("p", """
                {nodeName: n1, devices: [{name: nic, allowMultipleAllocations: true, capacity: {bandwidth: {value: 10G,
                  requestPolicy: {default: 1G, validRange: {min: 1G, step: 1G, max: 8G}}}}}]}
                """);
        AllocationResult share = allocate(NODE, wants("a", "count: 1, capacity: {requests: {bandwidth: 5500M}}"))
                .orElseThrow()
                .getFirst();
        assertThat(share.devices().results().getFirst().shareID()).isEqualTo("share");
        assertThat(share.devices().results().getFirst().consumedCapacity())
                .hasEntrySatisfying(
                        "bandwidth", taken -> assertThat(taken.amount()).isEqualByComparingTo("6000000000"));
        given.add(share);
        assertThat(devices(NODE, wants("b", "count: 1, capacity: {requests: {bandwidth: 5G}}")))
                .isEqualTo("-");
        assertThat(devices(NODE, wants("b", "count: 1, capacity: {requests: {bandwidth: 9G}}")))
                .isEqualTo("-");
        assertThat(devices(NODE, wants("b", "count: 1, capacity: {requests: {lanes: 1}}")))
                .isEqualTo("-");
        assertThat(devices(NODE, wants("b", "count: 4"))).isEqualTo("nic nic nic nic");
        assertThat(devices(NODE, wants("b", "count: 5"))).isEqualTo("-");
    }

    @Test
    void aTaintedDeviceIsForThoseWhoTolerateIt() throws CannotAllocateException {
        slice("p", """
                {nodeName: n1, devices: [{name: sick, taints: [{key: health, value: bad, effect: NoSchedule}]},
                                         {name: odd, taints: [{key: health, effect: None}]}]}
                """);
        assertThat(devices(NODE, wants("c", "allocationMode: ExactCount, count: 1")))
                .isEqualTo("odd");
        assertThat(devices(NODE, wants("c", "count: 2"))).isEqualTo("-");
        assertThat(devices(NODE, wants("c", "count: 2, tolerations: [{key: health, operator: Exists}]")))
                .isEqualTo("sick odd");
        assertThat(devices(NODE, wants("c", "count: 2, tolerations: [{key: health, value: good}]")))
                .isEqualTo("-");
    }

    @Test
    void aRuleTaintsDevicesBesideTheirDriver() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(2) + "}");
        rules.add(new DeviceTaintRule(DeviceTaintRule.named("rule").value().with("spec", relaxed("""
                {deviceSelector: {driver: gpu.example.com, pool: p, device: gpu-0}, taint: {key: k, effect: NoExecute}}
                """))));
        assertThat(devices(NODE, wants("c", "count: 1"))).isEqualTo("gpu-1");
    }

    @Test
    void noClaimGetsMoreThanThirtyTwoDevices() {
        slice("p", "{nodeName: n1, " + gpus(40) + "}");
        assertThatThrownBy(() -> devices(NODE, wants("c", "count: 33")))
                .hasMessage("claim shop/c: number of requested devices 33 exceeds the claim limit of 32");
    }

    @Test
    void severalClaimsAreServedTogetherOrNotAtAll() throws CannotAllocateException {
        slice("p", "{nodeName: n1, " + gpus(3) + "}");
        assertThat(allocate(NODE, wants("a", "count: 2"), wants("b", "count: 1")))
                .isPresent();
        assertThat(allocate(NODE, wants("a", "count: 2"), wants("b", "count: 2")))
                .isEmpty();
    }
}
