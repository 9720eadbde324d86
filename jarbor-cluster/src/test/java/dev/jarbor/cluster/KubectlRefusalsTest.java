package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl tells its user when the cluster refuses: in the reference's words, because people search for them. */
@NeedsKubectl
class KubectlRefusalsTest {
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

    private static String deployment(String name, String selected, String labelled, String more) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s}
                spec:
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec: {containers: [{name: main, image: "web:1"}]}
                %s
                """.formatted(name, selected, labelled, more.indent(2));
    }

    private static String refusal(String manifest, String... arguments) {
        return kubectl.with(manifest, arguments).refused();
    }

    @Test
    void anUnknownFieldIsNamedByItsPath() {
        assertThat(refusal(deployment("typo", "a", "a", "replicaz: 2"), "create", "-f-"))
                .contains("Error from server (BadRequest)", "strict decoding error: unknown field \"spec.replicaz\"");
        assertThat(refusal(deployment("typo", "a", "a", "replicas: many"), "create", "-f-"))
                .contains("Error from server (BadRequest)", "cannot be handled as a Deployment");
        assertThat(kubectl.with(deployment("typo", "a", "a", "replicaz: 2"), "create", "--validate=warn", "-f-"))
                .satisfies(outcome -> assertThat(outcome.code()).isZero())
                .satisfies(outcome -> assertThat(outcome.err()).contains("Warning: unknown field \"spec.replicaz\""));
        kubectl.run("delete", "deployment", "typo").ok();
    }

    @Test
    void anInvalidObjectIsRefusedWithEveryReason() {
        assertThat(refusal(deployment("Upper", "a", "b", "replicas: -1"), "create", "-f-"))
                .contains("The Deployment \"Upper\" is invalid:")
                .contains("* metadata.name: Invalid value: \"Upper\": a lowercase RFC 1123 subdomain must consist of")
                .contains("* spec.replicas: Invalid value: -1: must be greater than or equal to 0")
                .contains(
                        "* spec.template.metadata.labels: Invalid value:",
                        "`selector` does not match template `labels`");
    }

    @Test
    void anImmutableFieldStaysAsItIs() {
        kubectl.with(deployment("fixed", "a", "a", "replicas: 0"), "create", "-f-")
                .ok();

        assertThat(refusal(deployment("fixed", "b", "b", "replicas: 0"), "replace", "-f-"))
                .contains("The Deployment \"fixed\" is invalid: spec.selector: Invalid value:", "field is immutable");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(kubectl.run("get", "pod", "nobody").refused())
                .isEqualTo("Error from server (NotFound): pods \"nobody\" not found\n");
        assertThat(kubectl.run("get", "deployment", "nobody").refused())
                .isEqualTo("Error from server (NotFound): deployments.apps \"nobody\" not found\n");
        assertThat(kubectl.run("get", "gizmos").refused())
                .contains("the server doesn't have a resource type \"gizmos\"");
        assertThat(kubectl.run("create", "configmap", "x", "-n", "nowhere").refused())
                .contains("namespaces \"nowhere\" not found");
        assertThat(kubectl.run("get", "--raw", "/apis/nothing.example/v1").refused())
                .contains("the server could not find the requested resource");
        assertThat(kubectl.run("delete", "pod", "nobody").refused()).contains("pods \"nobody\" not found");
        kubectl.run("delete", "pod", "nobody", "--ignore-not-found").ok();
    }

    @Test
    void whatIsThereIsNotCreatedTwice() {
        kubectl.with(deployment("twin", "a", "a", "replicas: 0"), "create", "-f-")
                .ok();

        assertThat(refusal(deployment("twin", "a", "a", "replicas: 0"), "create", "-f-"))
                .contains("Error from server (AlreadyExists)", "deployments.apps \"twin\" already exists");
    }

    @Test
    void aStaleReplacementConflicts() {
        kubectl.run("create", "configmap", "busy", "--from-literal=a=1").ok();
        String stale = kubectl.run("get", "configmap", "busy", "-o", "yaml").ok();
        kubectl.run("label", "configmap", "busy", "by=another").ok();

        assertThat(refusal(stale, "replace", "-f-"))
                .contains("Error from server (Conflict)")
                .contains(
                        "Operation cannot be fulfilled on configmaps \"busy\": the object has been modified; please apply your"
                                + " changes to the latest version and try again");
    }

    @Test
    void whoMayNotIsTold() {
        assertThat(kubectl.run("get", "pods", "--as=bob").refused())
                .isEqualTo(
                        "Error from server (Forbidden): pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group"
                                + " \"\" in the namespace \"default\"\n");
        assertThat(kubectl.run("delete", "deployment", "web", "--as=bob").refused())
                .contains(
                        "deployments.apps \"web\" is forbidden: User \"bob\" cannot delete resource \"deployments\" in API group"
                                + " \"apps\" in the namespace \"default\"");
        assertThat(kubectl.run("get", "nodes", "--as=bob", "--as-group=team").refused())
                .contains("at the cluster scope");
    }

    @Test
    void aServiceAccountMayWhatItIsAllowedAndNotMore() throws IOException {
        kubectl.run("create", "serviceaccount", "reader").ok();
        kubectl.run("create", "rolebinding", "reader", "--clusterrole=view", "--serviceaccount=default:reader")
                .ok();
        Kubectl reader =
                asBearer("reader", kubectl.run("create", "token", "reader").ok().strip());

        reader.run("get", "pods").ok();
        assertThat(reader.run("get", "secrets").refused())
                .contains("User \"system:serviceaccount:default:reader\" cannot list resource \"secrets\"");
        assertThat(reader.run("auth", "whoami").ok())
                .contains("system:serviceaccount:default:reader", "system:authenticated");
        assertThat(asBearer("stranger", "not.a.token").run("get", "pods").refused())
                .contains("You must be logged in to the server");
    }

    /** The same cluster with a token instead of the administrator's certificate. */
    private static Kubectl asBearer(String name, String token) throws IOException {
        String admin = Files.readString(cluster.kubeconfig());
        Path kubeconfig = Files.writeString(
                home.resolve(name + ".kubeconfig"),
                admin.replaceAll("client-certificate-data: .*", "token: " + token)
                        .replaceAll("(?m)^ *client-key-data: .*\n", ""));
        return new Kubectl(kubectl.program(), kubeconfig, home);
    }

    @Test
    void nonsenseIsCalledByItsName() {
        assertThat(kubectl.run("get", "pods", "-l", "a in b").refused()).contains("unable to parse requirement");
        assertThat(kubectl.run("get", "pods", "--field-selector=spec.colour=red")
                        .refused())
                .contains("field label not supported: spec.colour");
        kubectl.run("create", "configmap", "patched").ok();
        assertThat(kubectl.run(
                                "patch",
                                "configmap",
                                "patched",
                                "--type=json",
                                "-p",
                                "[{\"op\":\"remove\",\"path\":\"/data/none\"}]")
                        .refused())
                .contains("the server rejected our request due to an error in our request");
        assertThat(kubectl.run("create", "service", "clusterip", "x", "--tcp=0:80")
                        .refused())
                .isNotBlank();
        assertThat(kubectl.run("create", "configmap", "Wrong_Name").refused())
                .contains("ConfigMap \"Wrong_Name\" is invalid: metadata.name: Invalid value");
        assertThat(kubectl.run("get", "pods", "--raw", "/api/v1/pods?resourceVersion=nonsense")
                        .refused())
                .isNotBlank();
    }
}
