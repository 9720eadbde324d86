package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.auth.User;
import org.junit.jupiter.api.Test;

/** To what size a pod on a node may be brought (PodResizeValidator, NodeDeclaredFeatureValidator). */
class PodResizeAdmissionTest {
    private final AdmissionWorld world =
            new AdmissionWorld(AdmissionSettings.DEFAULT.disabling("TaintNodesByCondition"));

    private void node(String labels, String features) {
        world.create("v1/nodes", "metadata: {name: n1, labels: {" + labels + "}}");
        world.as(
                User.ADMIN,
                Verb.UPDATE,
                "v1/nodes/n1/status",
                world.get("v1/nodes/n1")
                        .with(
                                "status",
                                yaml("allocatable: {cpu: \"2\", memory: 1Gi}\ndeclaredFeatures: [" + features + "]")));
    }

    private void pod(String resources) {
        world.create(
                PODS,
                "metadata: {name: web}\nspec: {nodeName: n1, containers: [{name: c1, image: nginx, resources: {"
                        + resources + "}}]}");
    }

    private String resize(String resources) {
        ObjectValue wanted = yaml("containers: [{name: c1, image: nginx, resources: {" + resources + "}}]");
        ObjectValue pod = world.get(PODS + "/web");
        ObjectValue container = pod.object("spec").list("containers").objects().getFirst();
        ObjectValue changed = container.with(
                "resources", wanted.list("containers").objects().getFirst().object("resources"));
        return refusal(() -> world.as(
                User.ADMIN,
                Verb.UPDATE,
                PODS + "/web/resize",
                pod.update("spec", spec -> spec.with("containers", ListValue.of(changed)))));
    }

    @Test
    void aPodGetsNoMoreThanItsNodeHas() {
        node("kubernetes.io/os: linux", "");
        pod("requests: {cpu: 100m, memory: 1Mi}");

        assertThat(resize("requests: {cpu: \"1\", memory: 10Mi}")).isEmpty();
        assertThat(resize("requests: {cpu: 2500m, memory: 2Gi}"))
                .isEqualTo("pods \"web\" is forbidden: Node didn't have enough allocatable resources: cpu, requested:"
                        + " 2500, allocatable: 2000; memory, requested: 2147483648, allocatable: 1073741824");
    }

    @Test
    void podsAreResizedOnLinuxAndOnNodesThatAreThere() {
        pod("requests: {cpu: 100m}");
        assertThat(resize("requests: {cpu: 200m}")).isEqualTo("pods \"web\" is forbidden: node \"n1\" not found");

        node("kubernetes.io/os: windows", "");
        assertThat(resize("requests: {cpu: 200m}"))
                .isEqualTo("pods \"web\" is forbidden: pod resize is only supported on linux nodes, node \"n1\" is"
                        + " \"windows\"");
    }

    @Test
    void theProcessorsOfAGuaranteedPodChangeOnlyWhereTheNodeCanFollow() {
        node("kubernetes.io/os: linux", "");
        pod("requests: {cpu: 100m, memory: 1Mi}, limits: {cpu: 100m, memory: 1Mi}");

        assertThat(resize("requests: {cpu: 200m, memory: 1Mi}, limits: {cpu: 200m, memory: 1Mi}"))
                .isEqualTo("pods \"web\" is forbidden: pod update requires features GuaranteedQoSPodCPUResize which are"
                        + " not available on node \"n1\"");
        assertThat(resize("requests: {cpu: 100m, memory: 2Mi}, limits: {cpu: 100m, memory: 2Mi}"))
                .isEmpty();
    }

    @Test
    void aNodeThatDeclaresItCan() {
        node("kubernetes.io/os: linux", "GuaranteedQoSPodCPUResize");
        pod("requests: {cpu: 100m, memory: 1Mi}, limits: {cpu: 100m, memory: 1Mi}");

        assertThat(resize("requests: {cpu: 200m, memory: 1Mi}, limits: {cpu: 200m, memory: 1Mi}"))
                .isEmpty();
    }
}
