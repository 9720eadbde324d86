package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import org.junit.jupiter.api.Test;

/** Claims for devices where their rules ask for more than the claim itself. */
class DeviceClaimTest {
    private static final String CLAIMS = "resource.k8s.io/v1/namespaces/default/resourceclaims";
    private static final String ADMIN = "{\"metadata\": {\"name\": \"c\"}, \"spec\": {\"devices\": {\"requests\":"
            + " [{\"name\": \"a\", \"exactly\": {\"deviceClassName\": \"gpu\", \"adminAccess\": true}}]}}}";

    private final TestServer cluster = new TestServer();

    @Test
    void administratorsReachDevicesFromNamespacesThatAreLabelledForIt() {
        assertThatThrownBy(() -> cluster.create(CLAIMS, ADMIN))
                .hasMessage("ResourceClaim.resource.k8s.io \"c\" is invalid:"
                        + " spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the"
                        + " `resource.kubernetes.io/admin-access: true` label on the containing namespace");

        cluster.patch(
                PatchType.MERGE,
                "v1/namespaces/default",
                "{\"metadata\":{\"labels\":{\"resource.kubernetes.io/admin-access\":\"true\"}}}");
        assertThat(cluster.create(CLAIMS, ADMIN).object("spec").isEmpty()).isFalse();
    }

    @Test
    void whatADriverSaidOfADeviceGoesWithTheDevice() {
        cluster.create(CLAIMS, ADMIN.replace(", \"adminAccess\": true", ""));
        String allocation = "\"allocation\":{\"devices\":{\"results\":[{\"request\":\"a\",\"driver\":\"d.org\","
                + "\"pool\":\"p\",\"device\":\"x\"}]}}";
        cluster.patch(
                PatchType.MERGE,
                CLAIMS + "/c/status",
                "{\"status\":{" + allocation
                        + ",\"devices\":[{\"driver\":\"d.org\",\"pool\":\"p\",\"device\":\"x\"}]}}");

        ObjectValue released =
                cluster.patch(PatchType.MERGE, CLAIMS + "/c/status", "{\"status\":{\"allocation\":null}}");

        assertThat(released.object("status").isEmpty()).isTrue();
    }
}
