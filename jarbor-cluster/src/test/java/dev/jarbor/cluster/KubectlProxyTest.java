package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl reaches behind the server. */
@NeedsKubectl
class KubectlProxyTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    @Test
    void theServersOwnGroupsAreAvailableApiServices() {
        Kubectl kubectl = cluster.kubectl();
        assertThat(kubectl.run("get", "apiservices").ok())
                .containsPattern("NAME +SERVICE +AVAILABLE +AGE\n")
                .containsPattern("v1.apps +Local +True +");
        kubectl.run("wait", "--for=condition=Available", "apiservices", "--all", "--timeout=10s")
                .ok();
    }

    @Test
    void serversBehindThisOneAreToldWhomToBelieve() {
        assertThat(cluster.kubectl()
                        .run(
                                "get",
                                "configmap",
                                "extension-apiserver-authentication",
                                "-n",
                                "kube-system",
                                "-o",
                                "yaml")
                        .ok())
                .contains(
                        "requestheader-client-ca-file",
                        "requestheader-allowed-names: '[\"front-proxy-client\"]'",
                        "requestheader-username-headers: '[\"X-Remote-User\"]'",
                        "client-ca-file");
    }

    @Test
    void whatIsNotThereIsSaid() {
        Kubectl kubectl = cluster.kubectl();
        assertThat(kubectl.run("get", "--raw", "/api/v1/namespaces/default/services/none:80/proxy/")
                        .refused())
                .contains("services \"none\" not found");
        kubectl.run("create", "service", "clusterip", "nobody", "--tcp=80").ok();
        assertThat(kubectl.run("get", "--raw", "/api/v1/namespaces/default/services/nobody:80/proxy/")
                        .refused())
                .contains("no endpoints available for service \"nobody\"");
    }
}
