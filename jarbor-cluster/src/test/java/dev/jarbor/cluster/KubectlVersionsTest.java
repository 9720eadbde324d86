package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import dev.jarbor.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The everyday path with every build of kubectl on this machine: they post, stream and discover in different ways. */
@NeedsKubectl
class KubectlVersionsTest {
    private static final String MISSPELT = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: misspelt}
            date: {}
            """;

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    @ParameterizedTest
    @MethodSource("builds")
    void anApplicationIsDeployedChangedAndDeleted(Path program) {
        String namespace = "with-" + program.getFileName().toString().replaceAll("[^a-z0-9]+", "-");
        Kubectl kubectl = cluster.kubectl(program).in(namespace);
        cluster.kubectl(program).run("create", "namespace", namespace).ok();

        kubectl.run("create", "deployment", "web", "--image=web:1", "--port=80").ok();
        kubectl.run("rollout", "status", "deployment/web", "--timeout=60s").ok();
        kubectl.run("set", "image", "deployment/web", "web=web:2").ok();
        kubectl.run("scale", "deployment/web", "--replicas=2").ok();
        kubectl.run("rollout", "status", "deployment/web", "--timeout=60s").ok();
        kubectl.run("expose", "deployment/web").ok();
        kubectl.with("spec: {minReadySeconds: 1}", "patch", "deployment", "web", "--patch-file=/dev/stdin")
                .ok();

        assertThat(kubectl.run("get", "all").ok())
                .contains("deployment.apps/web", "service/web", "pod/web-", "replicaset.apps/web-");
        assertThat(kubectl.run("describe", "deployment", "web").ok())
                .contains("web:2")
                .contains("ScalingReplicaSet");
        assertThat(kubectl.run("explain", "deployment.spec.strategy").ok()).contains("RollingUpdate");
        assertThat(kubectl.run("logs", "deployment/web").refused()).contains("simulated node");
        assertThat(kubectl.run("exec", "deployment/web", "--", "ls").refused()).contains("simulated node");
        assertThat(kubectl.run("auth", "can-i", "create", "pods").ok()).contains("yes");
        assertThat(kubectl.with(MISSPELT, "apply", "-f-").refused()).contains("unknown field \"date\"");

        kubectl.run("delete", "namespace", namespace, "--timeout=60s").ok();
        assertThat(kubectl.run("get", "pods").out()).isEmpty();
    }

    /** The tested kubectl and the builds that stand beside it, such as kubectl.1.29. */
    static List<Path> builds() throws IOException {
        Path tested = Programs.kubectl().toRealPath();
        var builds = new ArrayList<Path>();
        try (var beside = Files.newDirectoryStream(tested.getParent(), "kubectl.[0-9]*")) {
            beside.forEach(builds::add);
        }
        if (!builds.contains(tested)) {
            builds.add(tested);
        }
        builds.sort(null);
        return builds;
    }
}
