package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom resources through kubectl, each step as a user of an operator takes it. */
@NeedsKubectl
class KubectlCustomResourceTest {
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: crontabs.GROUP
            spec:
              group: GROUP
              scope: Namespaced
              names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
                additionalPrinterColumns:
                - {name: Spec, type: string, jsonPath: .spec.cronSpec}
                - {name: Replicas, type: integer, jsonPath: .spec.replicas}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                schema:
                  openAPIV3Schema:
                    type: object
                    description: Something that happens again and again.
                    properties:
                      spec:
                        type: object
                        description: What is wanted.
                        properties:
                          cronSpec: {type: string, description: When it happens.}
                          replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
                      status:
                        type: object
                        properties:
                          replicas: {type: integer}
            """;

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    private static Kubectl kubectl() {
        return cluster.kubectl().in("default");
    }

    private static void define(String group) {
        kubectl().with(DEFINITION.replace("GROUP", group), "apply", "-f", "-").ok();
        kubectl()
                .run("wait", "crd", "crontabs." + group, "--for=condition=Established", "--timeout=10s")
                .ok();
    }

    private static String tab(String group, String name, String spec) {
        return """
                apiVersion: %s/v1
                kind: CronTab
                metadata: {name: %s}
                spec: %s
                """.formatted(group, name, spec);
    }

    @Test
    void aCustomResourceLivesAsAnyOther() {
        define("life.example.com");
        kubectl()
                .with(tab("life.example.com", "mine", "{cronSpec: \"* * * * */5\", replicas: 3}"), "apply", "-f", "-")
                .ok();

        assertThat(kubectl().run("get", "crontabs.life.example.com").ok())
                .containsPattern("NAME +SPEC +REPLICAS +AGE")
                .containsPattern("mine +\\* \\* \\* \\* \\*/5 +3 +\\d+s");
        assertThat(kubectl()
                        .run("get", "crontabs.life.example.com/mine", "-o", "jsonpath={.spec.replicas}")
                        .ok())
                .isEqualTo("3");
        kubectl().run("scale", "crontabs.life.example.com/mine", "--replicas=5").ok();
        kubectl()
                .run(
                        "patch",
                        "crontabs.life.example.com/mine",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"cronSpec\":\"@daily\"}}")
                .ok();
        assertThat(kubectl()
                        .run("get", "crontabs.life.example.com/mine", "-o", "jsonpath={.spec}")
                        .ok())
                .isEqualTo("{\"cronSpec\":\"@daily\",\"replicas\":5}");
        assertThat(kubectl()
                        .run("describe", "crontabs.life.example.com", "mine")
                        .ok())
                .contains("Cron Spec:  @daily");
        kubectl().run("delete", "crontabs.life.example.com", "mine").ok();
        assertThat(kubectl().run("get", "crontabs.life.example.com").err()).contains("No resources found");
    }

    @Test
    void shortNamesCategoriesAndExplainComeFromTheDefinition() {
        define("words.example.com");
        kubectl()
                .with(tab("words.example.com", "named", "{}"), "create", "-f", "-")
                .ok();

        assertThat(kubectl()
                        .run("api-resources", "--api-group=words.example.com")
                        .ok())
                .containsPattern("crontabs +ct +words.example.com/v1 +true +CronTab");
        assertThat(kubectl().run("get", "all").ok()).contains("crontab.words.example.com/named");
        assertThat(kubectl()
                        .run("explain", "crontabs.spec", "--api-version=words.example.com/v1")
                        .ok())
                .contains("What is wanted.")
                .contains("When it happens.");
    }

    @Test
    void whatTheSchemaForbidsIsRefusedAndUnknownFieldsAreNamed() {
        define("rules.example.com");

        assertThat(kubectl()
                        .with(tab("rules.example.com", "bad", "{replicas: 11}"), "apply", "-f", "-")
                        .refused())
                .contains(
                        "The CronTab \"bad\" is invalid: spec.replicas: Invalid value: 11: spec.replicas in body should"
                                + " be less than or equal to 10");
        assertThat(kubectl()
                        .with(tab("rules.example.com", "odd", "{colour: red}"), "create", "-f", "-")
                        .refused())
                .contains("unknown field \"spec.colour\"");
        kubectl()
                .with(tab("rules.example.com", "applied", "{replicas: 2}"), "apply", "--server-side", "-f", "-")
                .ok();
        assertThat(kubectl()
                        .with(
                                tab("rules.example.com", "applied", "{replicas: 4}"),
                                "apply",
                                "--server-side",
                                "--field-manager=other",
                                "-f",
                                "-")
                        .refused())
                .contains(".spec.replicas");
    }

    @Test
    void theObjectsGoWithTheirDefinition() {
        define("gone.example.com");
        kubectl()
                .with(tab("gone.example.com", "last", "{}"), "create", "-f", "-")
                .ok();
        kubectl().run("delete", "crd", "crontabs.gone.example.com").ok();

        assertThat(kubectl().run("get", "crontabs.gone.example.com").refused())
                .contains("the server doesn't have a resource type");
    }
}
