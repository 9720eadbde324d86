package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mistakes that people make in their first hours, and what they are told: what the reference tells, to the letter. */
@NeedsKubectl
class KubectlBeginnerTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec:
              containers:
              - %s
            """;

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    private static Kubectl kubectl;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
        kubectl = cluster.kubectl();
    }

    private static String refusal(String manifest) {
        return kubectl.with(manifest, "apply", "-f-").refused();
    }

    @Test
    void aVersionOfLongAgoIsNoneThatIsServed() {
        assertThat(refusal("{apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: old}}"))
                .contains("no matches for kind \"Deployment\" in version \"extensions/v1beta1\"")
                .contains("ensure CRDs are installed first");
    }

    @Test
    void aFieldAtTheWrongDepthIsUnknown() {
        assertThat(refusal(POD.formatted("deep", "{name: web, image: web}").replace("spec:", "image: web\nspec:")))
                .contains(
                        "Error from server (BadRequest): error when creating \"STDIN\": Pod in version \"v1\" cannot be"
                                + " handled as a Pod: strict decoding error: unknown field \"image\"");
        assertThat(refusal(POD.formatted("deep", "{name: web, image: web, port: 80, env: [{key: a}]}")))
                .contains("strict decoding error: unknown field \"spec.containers[0].env[0].key\", unknown field"
                        + " \"spec.containers[0].port\"");
    }

    @Test
    void anUnknownFieldInAChangeIsShownWithTheChange() {
        kubectl.run("create", "deployment", "typo", "--image=web:1").ok();
        assertThat(kubectl.run("patch", "deployment", "typo", "-p", "{\"spec\":{\"replicas\":\"two\"}}")
                        .refused())
                .contains("The request is invalid: patch: Invalid value: \"map[spec:map[replicas:two]]\"");
        String applied = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: typo}
                """;
        kubectl.with(applied, "apply", "-f-").ok();
        assertThat(refusal(applied + "date: {a: b}\n"))
                .contains("The request is invalid: patch: Invalid value: \"map[date:map[a:b] metadata:map[annotations:")
                .contains("strict decoding error: unknown field \"date\"");
    }

    @Test
    void aValueOfTheWrongTypeIsShownWithItsField() {
        assertThat(refusal(POD.formatted("type", "{name: web, image: web, ports: [{containerPort: http}]}")))
                .contains(
                        "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field"
                                + " ContainerPort.spec.containers.ports.containerPort of type int32");
        assertThat(refusal(POD.formatted("type", "{name: web, image: web, env: [{name: A, value: 1}]}")))
                .contains(
                        "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string");
        assertThat(refusal(POD.formatted("type", "{name: web, image: web, resources: {limits: {cpu: lots}}}")))
                .contains("quantities must match the regular expression");
    }

    @Test
    void whatAContainerNeedsIsRequired() {
        assertThat(refusal(POD.formatted("bare", "{image: web}")))
                .contains("The Pod \"bare\" is invalid: spec.containers[0].name: Required value");
        assertThat(refusal("{apiVersion: v1, kind: Pod, metadata: {name: empty}, spec: {}}"))
                .contains("The Pod \"empty\" is invalid: spec.containers: Required value");
        assertThat(refusal("{apiVersion: v1, kind: Pod, spec: {containers: [{name: web, image: web}]}}"))
                .contains("resource name may not be empty");
    }

    @Test
    void aRunningPodIsNotChangedButReplaced() {
        kubectl.with(POD.formatted("fixed", "{name: web, image: web}"), "apply", "-f-")
                .ok();

        assertThat(refusal(POD.formatted("fixed", "{name: web, image: web, env: [{name: A, value: \"1\"}]}")))
                .contains("The Pod \"fixed\" is invalid: spec: Forbidden: pod updates may not change fields other than"
                        + " `spec.containers[*].image`");
    }

    @Test
    void aPortOutOfRangeAndAPortThatIsTakenAreTold() {
        String service =
                "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {type: NodePort, ports: [{port: 80, nodePort: %d}]}}";

        assertThat(refusal(service.formatted("low", 80)))
                .contains(
                        "The Service \"low\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the"
                                + " valid range. The range of valid ports is 30000-32767");
        kubectl.with(service.formatted("first", 30500), "apply", "-f-").ok();
        assertThat(refusal(service.formatted("second", 30500)))
                .contains(
                        "The Service \"second\" is invalid: spec.ports[0].nodePort: Invalid value: 30500: provided port is"
                                + " already allocated");
    }

    @Test
    void aNamespaceThatIsNotThereIsTheMistakeAndNotItsContents() {
        assertThat(kubectl.run("run", "web", "--image=web", "-n", "shpo").refused())
                .contains("Error from server (NotFound): namespaces \"shpo\" not found");
        assertThat(kubectl.run("get", "pods", "-n", "shpo").err()).isEqualTo("No resources found in shpo namespace.\n");
        assertThat(kubectl.run("delete", "namespace", "default").refused())
                .contains("namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    @Test
    void kindsAreProposedWhereAWordIsNone() {
        assertThat(kubectl.run("get", "deploymints").refused())
                .isEqualTo("error: the server doesn't have a resource type \"deploymints\"\n");
        assertThat(kubectl.run("explain", "pod.spec.containerz").refused())
                .contains("field \"containerz\" does not exist");
    }

    @Test
    void aSelectorThatDoesNotFitItsTemplateIsRefused() {
        assertThat(refusal("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: misfit}
                        spec:
                          selector: {matchLabels: {app: a}}
                          template:
                            metadata: {labels: {app: b}}
                            spec: {containers: [{name: web, image: web}]}
                        """))
                .contains(
                        "The Deployment \"misfit\" is invalid: spec.template.metadata.labels: Invalid value: {\"app\":\"b\"}:"
                                + " `selector` does not match template `labels`");
    }
}
