package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, roles, subresources and contexts through kubectl. */
@NeedsKubectl
class KubectlAccessTest {
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

    private static void request(String name) {
        kubectl.with("""
                        apiVersion: certificates.k8s.io/v1
                        kind: CertificateSigningRequest
                        metadata: {name: %s}
                        spec:
                          request: %s
                          signerName: kubernetes.io/kube-apiserver-client
                          usages: [client auth]
                        """.formatted(name, CertificateRequest.of(name)), "create", "-f-")
                .ok();
    }

    @Test
    void aCertificateIsAskedForApprovedAndSigned() {
        request("frida");
        assertThat(kubectl.run("get", "csr", "frida").ok())
                .containsPattern("NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION")
                .containsPattern(
                        "frida +\\d+s +kubernetes.io/kube-apiserver-client +kubernetes-admin +<none> +Pending");

        assertThat(kubectl.run("certificate", "approve", "frida").ok())
                .contains("certificatesigningrequest.certificates.k8s.io/frida approved");
        kubectl.run("wait", "csr/frida", "--for=jsonpath={.status.certificate}", "--timeout=30s")
                .ok();
        assertThat(kubectl.run("get", "csr", "frida").ok()).contains("Approved,Issued");
    }

    @Test
    void aCertificateIsDenied() {
        request("gustav");

        kubectl.run("certificate", "deny", "gustav").ok();
        assertThat(kubectl.run("get", "csr", "gustav").ok()).contains("Denied");
    }

    @Test
    void rolesAreReconciled() {
        String role = """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reconciled}
                rules: [{apiGroups: [""], resources: [pods], verbs: [%s]}]
                """;

        kubectl.with(role.formatted("get"), "auth", "reconcile", "-f-").ok();
        assertThat(kubectl.with(role.formatted("list"), "auth", "reconcile", "-f-")
                        .ok())
                .contains("clusterrole.rbac.authorization.k8s.io/reconciled reconciled");
        assertThat(kubectl.run("get", "clusterrole", "reconciled", "-o", "jsonpath={.rules[*].verbs[*]}")
                        .ok())
                .contains("get", "list");
    }

    @Test
    void whoActsAsAnotherIsTheOther() {
        assertThat(kubectl.run("auth", "whoami", "--as=jane", "--as-group=team", "-o", "jsonpath={.status.userInfo}")
                        .ok())
                .contains("\"username\":\"jane\"", "\"groups\":[\"team\",\"system:authenticated\"]");
        assertThat(kubectl.run("auth", "can-i", "list", "pods", "--as=jane").out())
                .isEqualTo("no\n");
    }

    @Test
    void subresourcesAreReadAndWrittenOnTheirOwn() {
        kubectl.run("create", "deployment", "parts", "--image=web:1").ok();

        assertThat(kubectl.run("get", "deployment", "parts", "--subresource=scale", "-o", "jsonpath={.kind}")
                        .ok())
                .isEqualTo("Scale");
        kubectl.run(
                        "patch",
                        "deployment",
                        "parts",
                        "--subresource=scale",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"replicas\":2}}")
                .ok();
        assertThat(kubectl.run("get", "deployment", "parts", "-o", "jsonpath={.spec.replicas}")
                        .ok())
                .isEqualTo("2");
        kubectl.run("create", "service", "clusterip", "parts", "--tcp=80").ok();
        kubectl.run(
                        "patch",
                        "service",
                        "parts",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.1\"}]}}}")
                .ok();
        assertThat(kubectl.run("get", "service", "parts", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}")
                        .ok())
                .isEqualTo("192.0.2.1");
    }

    @Test
    void objectsOfASelectionAreDeletedAndPruned() {
        cluster.kubectl().run("create", "namespace", "pruned").ok();
        Kubectl within = kubectl.in("pruned");
        String map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, labels: {set: one}}}\n---\n";

        within.with(map.formatted("a") + map.formatted("b"), "apply", "-f-").ok();
        assertThat(within.with(
                                map.formatted("a"),
                                "apply",
                                "--prune",
                                "-l",
                                "set=one",
                                "--prune-allowlist=core/v1/ConfigMap",
                                "-f-")
                        .ok())
                .contains("configmap/a unchanged", "configmap/b pruned");
        within.run("delete", "configmaps", "-l", "set=one").ok();
        assertThat(within.run("get", "configmaps", "-l", "set=one", "-o", "name")
                        .ok())
                .isEmpty();
    }

    @Test
    void theKubeconfigIsReadAndTheClusterDumped() {
        assertThat(kubectl.run("config", "current-context").ok()).isEqualTo("jarbor\n");
        assertThat(kubectl.run("config", "view", "--minify", "-o", "jsonpath={.clusters[*].name}")
                        .ok())
                .isEqualTo("jarbor");
        assertThat(kubectl.run("cluster-info", "dump", "--namespaces=kube-system", "-o", "json")
                        .ok())
                .contains("\"kind\": \"NodeList\"", "\"kind\": \"EventList\"", "\"kind\": \"DeploymentList\"");
    }
}
