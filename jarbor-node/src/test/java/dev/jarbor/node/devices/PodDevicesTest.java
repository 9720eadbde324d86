package dev.jarbor.node.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a node asks of the claims of a pod before it starts it, and what a driver says of devices. */
class PodDevicesTest {
    private final FakeApi api = new FakeApi(new SimulatedRuntime(1));
    private final PodDevices devices = new PodDevices(api, driver -> driver.equals("gpu.example.com"));
    private final Pod pod = new Pod(yaml("""
            {metadata: {namespace: shop, name: web, uid: u1},
             spec: {resourceClaims: [{name: d, resourceClaimName: c}]}}
            """));

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private ResourceClaim claim(String status) {
        return api.put(
                ResourceClaim.KIND,
                new ResourceClaim(ResourceClaim.named("shop", "c").value().with("status", yaml(status))));
    }

    private static String allocated(String driver, String uid) {
        return """
                {allocation: {devices: {results: [{request: r, driver: %s, pool: n1, device: gpu-0}]}},
                 reservedFor: [{resource: pods, name: web, uid: %s}]}
                """.formatted(driver, uid);
    }

    private static String notAllowed(ResourceClaim claim) {
        return "pod web (u1) is not allowed to use resource claim c ("
                + claim.metadata().uid() + ")";
    }

    @Test
    void aPodWithoutClaimsNeedsNothing() {
        assertThat(devices.objection(Pod.named("shop", "plain"))).isEmpty();
    }

    @Test
    void aClaimMustBeThereAndReservedForThePodByADriverOfTheNode() {
        assertThat(devices.objection(pod).orElse(""))
                .startsWith("failed to fetch ResourceClaim c referenced by pod web");
        ResourceClaim free = claim("{}");
        assertThat(devices.objection(pod)).contains(notAllowed(free));
        ResourceClaim others = claim(allocated("gpu.example.com", "u2"));
        assertThat(devices.objection(pod)).contains(notAllowed(others));
        claim(allocated("nic.example.com", "u1"));
        assertThat(devices.objection(pod)).contains("DRA driver nic.example.com is not registered");
        claim(allocated("gpu.example.com", "u1"));
        assertThat(devices.objection(pod)).isEmpty();
    }

    @Test
    void aDriverSaysOfItsDevicesThatTheyAreReadyAndMayBeBound() {
        ResourceClaim claim = new ResourceClaim(yaml("""
                {status: {allocation: {devices: {results: [
                  {request: r, driver: gpu.example.com, pool: n1, device: gpu-0, bindingConditions: [Attached]},
                  {request: r, driver: gpu.example.com, pool: n2, device: gpu-0}]}}}}
                """));
        ResourceClaim said = Preparation.of(claim, "gpu.example.com", "n1", Instant.EPOCH);
        assertThat(said.status().devices()).singleElement().satisfies(device -> {
            assertThat(device.pool()).isEqualTo("n1");
            assertThat(device.conditions().stream().map(one -> one.type() + "=" + one.status()))
                    .containsExactly("Ready=True", "Attached=True");
        });
        assertThat(Preparation.of(said, "gpu.example.com", "n1", Instant.MAX)).isEqualTo(said);
    }
}
