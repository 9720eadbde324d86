package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.Query;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkTest {
    private static final ObjectKey WEB = new ObjectKey("default", "web");

    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL));

    @BeforeEach
    void deploy() {
        cluster.api().create(Deployment.KIND, JarborTest.web());
        assertThat(cluster.time().until(() -> ready(cluster) == 3, Duration.ofMinutes(1)))
                .isTrue();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static int ready(Jarbor cluster) {
        return cluster.api().get(Deployment.KIND, WEB).status().readyReplicas();
    }

    private static List<Pod> pods(Jarbor cluster) {
        return cluster.api().list(Pod.KIND, "default", Query.NONE).items();
    }

    private static void assertUndisturbed(Jarbor copy, List<Pod> before) {
        assertThat(ready(copy)).isEqualTo(3);
        copy.time().advance(Duration.ofMinutes(10));
        assertThat(ready(copy)).isEqualTo(3);
        assertThat(pods(copy)).hasSameSizeAs(before).allSatisfy(pod -> {
            assertThat(pod.status().containerStatuses().getFirst().restartCount())
                    .isZero();
            assertThat(before)
                    .anySatisfy(old -> assertThat(old.metadata().uid())
                            .isEqualTo(pod.metadata().uid()));
        });
    }

    @Test
    void aForkGoesOnWithoutDisturbanceAndApart() {
        List<Pod> before = pods(cluster);
        try (Jarbor fork = cluster.fork()) {
            assertThat(fork.time().now()).isEqualTo(cluster.time().now());
            assertUndisturbed(fork, before);
            fork.faults().loseNode("node-1");
            fork.api().delete(Deployment.KIND, WEB);
            fork.time().advance(Duration.ofMinutes(10));
            assertThat(pods(fork))
                    .as("what is on a lost node nobody can end")
                    .allSatisfy(pod -> assertThat(pod.spec().nodeName()).isEqualTo("node-1"));
        }
        assertThat(pods(cluster)).isEqualTo(before);
        assertThat(ready(cluster)).isEqualTo(3);
    }

    @Test
    void aSavedClusterGoesOnFromItsFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("cluster");
        cluster.save(file);
        try (Jarbor loaded = Jarbor.load(file, cluster.settings())) {
            assertThat(loaded.time().now()).isEqualTo(cluster.time().now());
            assertUndisturbed(loaded, pods(cluster));
        }
    }

    @Test
    void aCopyOfAnyClusterIsReadThroughItsApi() {
        try (Jarbor copy = Jarbor.copyOf(
                cluster.api(),
                JarborSettings.DEFAULT
                        .withTime(TimeMode.MANUAL)
                        .withStart(cluster.time().now()))) {
            assertThat(copy.settings().nodes()).hasSize(3);
            assertUndisturbed(copy, pods(cluster));
        }
    }

    @Test
    void aTraceTellsWhatHappenedAndIsKeptInAFile(@TempDir Path folder) throws IOException {
        Trace trace = cluster.trace();
        assertThat(trace.timeline()).contains("created deployments.apps default/web");
        Path file = folder.resolve("trace");
        trace.save(file);
        assertThat(Trace.load(file)).isEqualTo(trace);
    }
}
