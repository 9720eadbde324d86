package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsHelm;
import dev.jarbor.testing.NeedsKubectl;
import dev.jarbor.testing.Programs;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unmodified helm with a chart that has hooks and custom resources: a release's whole life. */
@NeedsHelm
@NeedsKubectl
class HelmTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    private static Kubectl helm;
    private static String chart;

    @BeforeAll
    static void start() throws URISyntaxException {
        cluster = TestCluster.simulated(home, 1);
        helm = cluster.kubectl(Programs.helm());
        chart = Path.of(HelmTest.class.getResource("shop-chart").toURI()).toString();
    }

    private static Kubectl within(String namespace) {
        return cluster.kubectl().in(namespace);
    }

    private static String colour(String namespace) {
        return within(namespace)
                .run("get", "configmap", "shop-settings", "--output=jsonpath={.data.colour}")
                .ok();
    }

    private static String history(String namespace) {
        return helm.in(namespace)
                .run("history", "shop", "--output=json")
                .ok()
                .replaceAll("\"updated\":\"[^\"]*\",", "");
    }

    @Test
    void aReleaseIsInstalledUpgradedRolledBackAndUninstalled() {
        String space = "release";
        Kubectl release = helm.in(space);

        release.run("install", "shop", chart, "--create-namespace", "--wait", "--timeout=60s")
                .ok();
        assertThat(colour(space)).isEqualTo("blue");
        assertThat(within(space)
                        .run("get", "deployment", "shop", "--output=jsonpath={.status.readyReplicas}")
                        .ok())
                .isEqualTo("1");
        assertThat(within(space)
                        .run("get", "till", "shop", "--output=jsonpath={.spec.currency}")
                        .ok())
                .isEqualTo("EUR");
        assertThat(within(space)
                        .run("get", "configmap", "shop-before", "--output=jsonpath={.data.revision}")
                        .ok())
                .isEqualTo("1");
        assertThat(within(space).run("get", "configmap", "shop-after").refused())
                .contains("NotFound");

        release.run("upgrade", "shop", chart, "--set=colour=red,replicas=2", "--wait", "--timeout=60s")
                .ok();
        assertThat(colour(space)).isEqualTo("red");
        assertThat(within(space)
                        .run("get", "deployment", "shop", "--output=jsonpath={.status.readyReplicas}")
                        .ok())
                .isEqualTo("2");

        release.run("rollback", "shop", "1", "--wait", "--timeout=60s").ok();
        assertThat(colour(space)).isEqualTo("blue");
        assertThat(within(space)
                        .run("get", "configmap", "shop-before", "--output=jsonpath={.data.revision}")
                        .ok())
                .as("the hooks of the revision that is restored run as they were")
                .isEqualTo("1");
        assertThat(history(space)).contains("Rollback to 1").contains("\"revision\":3,\"status\":\"deployed\"");

        release.run("uninstall", "shop", "--wait", "--timeout=60s").ok();
        assertThat(within(space)
                        .run("get", "deployment,service,till,poddisruptionbudget", "--output=name")
                        .ok())
                .isEmpty();
        assertThat(within(space)
                        .run("get", "configmap", "shop-farewell", "--output=jsonpath={.data.said}")
                        .ok())
                .isEqualTo("goodbye");
        assertThat(release.run("list", "--all", "--short").ok()).isBlank();
    }

    @Test
    void anUpgradeThatIsRefusedLeavesTheReleaseAsItWas() {
        String space = "refused";
        Kubectl release = helm.in(space);
        release.run("install", "shop", chart, "--create-namespace").ok();

        String complaint = release.run("upgrade", "shop", chart, "--set=colour=red,replicas=-1")
                .refused();

        assertThat(complaint).contains("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
        assertThat(release.run("status", "shop", "--output=json").ok()).contains("\"status\":\"failed\"");
        release.run("rollback", "shop", "1").ok();
        assertThat(colour(space)).isEqualTo("blue");
    }

    @Test
    void aDryRunOnTheServerStoresNothing() {
        String printed = helm.in("default")
                .run("install", "shop", chart, "--dry-run=server", "--set=colour=green")
                .ok();

        assertThat(printed).contains("colour: green").contains("cluster: v1.36");
        assertThat(within("default").run("get", "configmap", "shop-settings").refused())
                .contains("NotFound");
    }
}
