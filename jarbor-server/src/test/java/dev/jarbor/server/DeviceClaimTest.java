package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    private ApiException refused(User user, String status) {
        return catchThrowableOfType(ApiException.class, () -> write(user, status));
    }

    private ObjectValue write(User user, String status) {
        var path = new ResourcePath("resource.k8s.io", "v1", "resourceclaims", "default", "c", "status");
        return cluster.server
                .handle(
                        user,
                        new ApiRequest(
                                Verb.PATCH,
                                path,
                                Query.NONE,
                                Json.object("{\"status\":" + status + "}"),
                                PatchType.MERGE))
                .body();
    }

    private void allow(String user, String resources, String verbs, String names) {
        String name = user + "-" + resources.replace('/', '-').replace(',', '-');
        cluster.create(
                "rbac.authorization.k8s.io/v1/clusterroles",
                "{\"metadata\":{\"name\":\"" + name
                        + "\"},\"rules\":[{\"apiGroups\":[\"resource.k8s.io\"],\"resources\":[\"" + resources
                        + "\"],\"verbs\":[\"" + verbs + "\"]" + names + "}]}");
        cluster.create(
                "rbac.authorization.k8s.io/v1/clusterrolebindings",
                "{\"metadata\":{\"name\":\"" + name + "\"},\"subjects\":[{\"kind\":\"Group\",\"apiGroup\":"
                        + "\"rbac.authorization.k8s.io\",\"name\":\"" + user + "\"}],\"roleRef\":{\"apiGroup\":"
                        + "\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"" + name + "\"}}");
    }

    @Test
    void whatIsAllocatedAndWhatADriverSaysAreRightsOfTheirOwn() {
        cluster.create(CLAIMS, ADMIN.replace(", \"adminAccess\": true", ""));
        String allocation = "\"allocation\":{\"nodeSelector\":{\"nodeSelectorTerms\":[{\"matchFields\":[{\"key\":"
                + "\"metadata.name\",\"operator\":\"In\",\"values\":[\"one\"]}]}]},\"devices\":{\"results\":[{"
                + "\"request\":\"a\",\"driver\":\"d.org\",\"pool\":\"p\",\"device\":\"x\"}]}}";
        String devices = "\"devices\":[{\"driver\":\"d.org\",\"pool\":\"p\",\"device\":\"x\"}]";
        allow("planners", "resourceclaims/status", "patch", "");
        allow("drivers", "resourceclaims/status", "patch", "");
        User planner = User.of("planner", "planners");
        var driver = new User(
                "system:serviceaccount:default:driver",
                "",
                List.of("drivers"),
                new TreeMap<>(Map.of("authentication.kubernetes.io/node-name", List.of("one"))));

        assertThat(refused(planner, "{" + allocation + "}"))
                .hasMessage("ResourceClaim.resource.k8s.io \"c\" is invalid: status: Forbidden: changing"
                        + " status.allocation or status.reservedFor requires resource=\"resourceclaims/binding\","
                        + " verb=\"patch\" permission: resourceclaims.resource.k8s.io is forbidden: User \"planner\""
                        + " cannot patch resource \"resourceclaims/binding\" in API group \"resource.k8s.io\" at the"
                        + " cluster scope");
        allow("planners", "resourceclaims/binding", "patch", "");
        write(planner, "{" + allocation + "}");
        assertThat(refused(planner, "{" + devices + "}"))
                .hasMessageContaining("verb=\"[arbitrary-node:patch]\" permission: ");

        assertThat(refused(driver, "{" + devices + "}"))
                .hasMessageContaining("status.devices: Forbidden: changing status.devices requires"
                        + " resource=\"resourceclaims/driver\", verb=\"[associated-node:patch arbitrary-node:patch]\""
                        + " permission: resourceclaims.resource.k8s.io \"d.org\" is forbidden: User"
                        + " \"system:serviceaccount:default:driver\" cannot associated-node:patch resource"
                        + " \"resourceclaims/driver\" in API group \"resource.k8s.io\" in the namespace \"default\"");
        allow("drivers", "resourceclaims/driver", "associated-node:patch", ",\"resourceNames\":[\"d.org\"]");
        assertThat(write(driver, "{" + devices + "}")
                        .object("status")
                        .list("devices")
                        .size())
                .isEqualTo(1);
        assertThat(refused(driver, "{\"reservedFor\":[{\"resource\":\"pods\",\"name\":\"p\",\"uid\":\"u\"}]}"))
                .hasMessageContaining("resourceclaims/binding");
    }
}
