package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl finds out about the cluster and about its own user. */
@NeedsKubectl
class KubectlDiscoveryTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    /** kubectl in a namespace of its own. */
    private static Kubectl within(String namespace) {
        cluster.kubectl().run("create", "namespace", namespace).ok();
        return cluster.kubectl().in(namespace);
    }

    @Test
    void theClusterDescribesItself() {
        Kubectl kubectl = cluster.kubectl();

        assertThat(kubectl.run("explain", "pod.spec.containers.livenessProbe").ok())
                .contains("KIND:       Pod", "FIELD: livenessProbe <Probe>", "httpGet");
        assertThat(kubectl.run("explain", "deployment", "--recursive").ok()).contains("maxUnavailable");
        assertThat(kubectl.run("api-resources", "--verbs=list", "--namespaced", "-o", "name")
                        .ok())
                .contains("pods\n", "deployments.apps\n", "leases.coordination.k8s.io\n");
        assertThat(kubectl.run("api-versions").ok()).contains("apps/v1\n", "v1\n");
        assertThat(kubectl.run("version", "-o", "json").ok()).contains("\"serverVersion\"", "\"gitVersion\": \"v1.");
        assertThat(kubectl.run("cluster-info").ok()).contains("Kubernetes control plane", "is running at");
        assertThat(kubectl.run("get", "--raw", "/readyz").ok()).isEqualTo("ok");
        assertThat(kubectl.run("get", "--raw", "/livez?verbose").ok()).contains("livez check passed");
        assertThat(kubectl.run("get", "all", "-A").ok()).contains("service/kubernetes");
        assertThat(kubectl.run("get", "componentstatuses").code()).isZero();
    }

    @Test
    void oneIsToldWhoOneIsAndWhatOneMay() {
        Kubectl kubectl = within("who");
        kubectl.run("create", "serviceaccount", "robot").ok();
        kubectl.run("create", "rolebinding", "robot", "--clusterrole=edit", "--serviceaccount=who:robot")
                .ok();
        String robot = "--as=system:serviceaccount:who:robot";

        assertThat(kubectl.run("auth", "whoami").ok()).contains("kubernetes-admin", "system:masters");
        assertThat(kubectl.run("auth", "can-i", "create", "deployments", robot).ok())
                .isEqualTo("yes\n");
        assertThat(kubectl.run("auth", "can-i", "delete", "nodes", robot).code())
                .isEqualTo(1);
        assertThat(kubectl.run("auth", "can-i", "--list", robot).ok()).contains("deployments.apps");
        String token =
                kubectl.run("create", "token", "robot", "--duration=1h").ok().strip();
        assertThat(token.split("\\.", -1)).hasSize(3);
    }
}
