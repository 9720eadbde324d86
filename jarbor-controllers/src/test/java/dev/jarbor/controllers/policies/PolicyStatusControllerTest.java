package dev.jarbor.controllers.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.World;
import org.junit.jupiter.api.Test;

/** Expressions that cannot fit what their policy matches are told in its status. */
class PolicyStatusControllerTest {
    private final World world = new World(5);

    private void policy(String rules, String rest) {
        world.api.put(ValidatingAdmissionPolicy.KIND, ValidatingAdmissionPolicy.KIND.read(Json.object("""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy",
                 "metadata":{"name":"p","generation":3},
                 "spec":{"matchConstraints":{"resourceRules":[%s]},%s}}
                """.formatted(
                        rules, rest))));
    }

    private static String rule(String group, String version, String resource) {
        return "{\"apiGroups\":[\"%s\"],\"apiVersions\":[\"%s\"],\"operations\":[\"*\"],\"resources\":[\"%s\"]}"
                .formatted(group, version, resource);
    }

    private ObjectValue status() {
        world.start(new PolicyStatusController(world.api, world.informers, world.runtime));
        return world.the(ValidatingAdmissionPolicy.KIND, "", "p").value().object("status");
    }

    @Test
    void whatATypeDoesNotHaveIsAWarningForEachTypeThatIsMatched() {
        policy(
                rule("apps", "v1", "deployments") + "," + rule("apps", "v1", "replicasets") + ","
                        + rule("", "v1", "configmaps"),
                "\"validations\":[{\"expression\":\"object.replicas > 1\"},{\"expression\":\"object.metadata.name != ''\","
                        + "\"messageExpression\":\"object.spec.replicas\"}]");

        ObjectValue status = status();

        assertThat(status.integer("observedGeneration")).isEqualTo(3);
        assertThat(status.object("typeChecking").list("expressionWarnings").objects())
                .extracting(warning -> warning.string("fieldRef"))
                .containsExactly("spec.validations[0].expression", "spec.validations[1].messageExpression");
        assertThat(status.object("typeChecking").list("expressionWarnings").objects())
                .extracting(warning -> warning.string("warning"))
                .containsExactly("""
                        v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field 'replicas'
                         | object.replicas > 1
                         | ......^
                        apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'
                         | object.replicas > 1
                         | ......^
                        apps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'replicas'
                         | object.replicas > 1
                         | ......^""", """
                        v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field 'spec'
                         | object.spec.replicas
                         | ......^""");
    }

    @Test
    void whatFitsSaysSoAndIsWrittenOnce() {
        policy(
                rule("apps", "v1", "deployments") + "," + rule("apps", "*", "daemonsets") + ","
                        + rule("", "v1", "pods/exec"),
                "\"paramKind\":{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"},"
                        + "\"variables\":[{\"name\":\"n\",\"expression\":\"object.spec.replicas\"}],"
                        + "\"validations\":[{\"expression\":\"variables.n <= int(params.data['most'])\"}]");

        assertThat(status()).isEqualTo(Json.object("{\"observedGeneration\":3,\"typeChecking\":{}}"));

        String version = version();
        world.settle();
        assertThat(version()).isEqualTo(version);
    }

    private String version() {
        return world.the(ValidatingAdmissionPolicy.KIND, "", "p").metadata().resourceVersion();
    }

    @Test
    void variablesAndParamsHaveTypesToo() {
        policy(
                rule("apps", "v1", "deployments"),
                "\"paramKind\":{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"},"
                        + "\"variables\":[{\"name\":\"n\",\"expression\":\"object.spec.replicas\"}],"
                        + "\"validations\":[{\"expression\":\"variables.n.startsWith('x')\"},{\"expression\":\"params.spec == 1\"}]");

        assertThat(status().object("typeChecking").list("expressionWarnings").objects())
                .extracting(
                        warning -> warning.string("warning").lines().findFirst().orElse(""))
                .containsExactly(
                        "apps/v1, Kind=Deployment: ERROR: <input>:1:23: found no matching overload for 'startsWith'"
                                + " applied to 'int.(string)'",
                        "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'spec'");
    }

    @Test
    void customResourcesHaveTheTypesOfTheirSchemas() {
        world.api.put(CustomResourceDefinition.KIND, CustomResourceDefinition.KIND.read(Json.object("""
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"tabs.example.com"},
                 "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"tabs","kind":"Tab"},
                  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
                   {"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}]}}
                """)));
        policy(
                rule("example.com", "v1", "tabs"),
                "\"validations\":[{\"expression\":\"object.spec.size > 1 && object.metadata.labels.size() > 0\"},"
                        + "{\"expression\":\"object.spec.width > 1\"}]");

        assertThat(status().object("typeChecking").list("expressionWarnings").objects())
                .extracting(
                        warning -> warning.string("warning").lines().findFirst().orElse(""))
                .containsExactly("example.com/v1, Kind=Tab: ERROR: <input>:1:12: undefined field 'width'");
    }
}
