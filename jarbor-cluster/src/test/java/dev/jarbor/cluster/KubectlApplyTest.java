package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kubectl's ways to apply, on the server's side and on its own, and the way from the one to the other. */
@NeedsKubectl
class KubectlApplyTest {
    private static final String OWNERS = "jsonpath={range .metadata.managedFields[*]}{.manager} {.operation};{end}";

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    private static Kubectl within(String namespace) {
        cluster.kubectl().run("create", "namespace", namespace).ok();
        return cluster.kubectl().in(namespace);
    }

    private static String web(int replicas, String image) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "%s", ports: [{containerPort: 80}]}]}
                """.formatted(replicas, image);
    }

    private static String owners(Kubectl kubectl) {
        return kubectl.run("get", "deployment", "web", "--show-managed-fields", "-o", OWNERS)
                .ok();
    }

    @Test
    void applyOnTheServersSideCreatesUpdatesAndLeavesAlone() {
        Kubectl kubectl = within("serverside");

        assertThat(kubectl.with(web(1, "web:1"), "apply", "--server-side", "-f", "-")
                        .ok())
                .contains("deployment.apps/web serverside-applied");
        assertThat(kubectl.with(web(2, "web:2"), "apply", "--server-side", "-f", "-")
                        .ok())
                .contains("deployment.apps/web serverside-applied");
        assertThat(kubectl.with(web(2, "web:2"), "diff", "--server-side", "-f", "-")
                        .code())
                .isZero();

        assertThat(owners(kubectl)).startsWith("kubectl Apply;").contains("kube-controller-manager Update;");
    }

    @Test
    void aConflictIsRefusedUnlessItIsForced() {
        Kubectl kubectl = within("conflict");
        kubectl.with(web(1, "web:1"), "apply", "--server-side", "-f", "-").ok();

        String refused = kubectl.with(web(3, "web:1"), "apply", "--server-side", "--field-manager=other", "-f", "-")
                .refused();
        assertThat(refused)
                .contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas")
                .contains("Please review the fields above");

        kubectl.with(web(3, "web:1"), "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-")
                .ok();
        assertThat(owners(kubectl)).contains("other Apply;").contains("kubectl Apply;");
    }

    @Test
    void scalingTakesTheReplicasFromTheirApplier() {
        Kubectl kubectl = within("scaled");
        kubectl.with(web(1, "web:1"), "apply", "--server-side", "-f", "-").ok();
        kubectl.run("scale", "deployment", "web", "--replicas=4").ok();

        assertThat(kubectl.with(web(1, "web:1"), "apply", "--server-side", "-f", "-")
                        .refused())
                // The manager is the name of the program's file.
                .containsPattern(
                        "conflict with \"kubectl[^\"]*\" with subresource \"scale\" using apps/v1: .spec.replicas");
    }

    @Test
    void clientSideApplyMovesToTheServersSide() {
        Kubectl kubectl = within("migrated");
        kubectl.with(web(1, "web:1"), "apply", "-f", "-").ok();
        assertThat(owners(kubectl)).contains("kubectl-client-side-apply Update;");
        assertThat(kubectl.run("apply", "view-last-applied", "deployment", "web")
                        .ok())
                .contains("image: web:1");

        kubectl.with(web(2, "web:2"), "apply", "--server-side", "-f", "-").ok();

        assertThat(owners(kubectl)).contains("kubectl Apply;").doesNotContain("kubectl-client-side-apply");
        assertThat(kubectl.run("apply", "view-last-applied", "deployment", "web")
                        .ok())
                .contains("image: web:2");
        // And what is left out from now on, goes.
        kubectl.with(web(2, "web:2").replace(", ports: [{containerPort: 80}]", ""), "apply", "--server-side", "-f", "-")
                .ok();
        assertThat(kubectl.run("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].ports}")
                        .ok())
                .isEmpty();
    }

    @Test
    void managedFieldsAreShownWhenAskedFor() {
        Kubectl kubectl = within("shown");
        kubectl.run("create", "configmap", "settings", "--from-literal=a=b").ok();

        assertThat(kubectl.run("get", "configmap", "settings", "-o", "yaml").ok())
                .doesNotContain("managedFields");
        assertThat(kubectl.run("get", "configmap", "settings", "-o", "yaml", "--show-managed-fields")
                        .ok())
                .contains("manager: kubectl-create", "f:data:", "operation: Update");
    }
}
