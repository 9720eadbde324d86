package dev.jarbor.controllers.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many pods one pass makes, and which ones it ends. */
class ReplicasTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");

    private static Pod pod(String name, String node, String phase, boolean ready) {
        return new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: %1$s, namespace: shop, uid: %1$s, creationTimestamp: '2030-01-01T00:00:00Z'}
                spec: {nodeName: '%2$s'}
                status:
                  phase: %3$s
                  conditions: [{type: Ready, status: '%4$s', lastTransitionTime: '2030-01-01T00:00:00Z'}]
                """.formatted(name, node, phase, ready ? "True" : "False")));
    }

    private static Replicas decide(int replicas, List<Pod> pods) {
        return Replicas.decide(Samples.replicaSet("web", replicas), pods, () -> pods, NOW);
    }

    private static List<String> ended(int replicas, Pod... pods) {
        return decide(replicas, List.of(pods)).delete().stream().map(Pod::name).toList();
    }

    @Test
    void whatIsMissingIsMadeUpToTheBoundOfAPassAndFinishedPodsCountForNothing() {
        assertThat(decide(3, List.of()).create()).isEqualTo(3);
        assertThat(decide(3, List.of(pod("a", "n", "Running", true), pod("b", "n", "Failed", false)))
                        .create())
                .isEqualTo(2);
        assertThat(decide(5000, List.of()).create()).isEqualTo(Replicas.BURST);
        assertThat(decide(1, List.of(pod("a", "n", "Running", true)))).isEqualTo(Replicas.ENOUGH);
    }

    @Test
    void thosePodsGoFirstWhoseLossCostsLeast() {
        Pod serves = pod("serves", "n1", "Running", true);
        Pod alone = pod("alone", "n2", "Running", true);
        Pod crowded = pod("crowded", "n1", "Running", true);
        Pod broken = pod("broken", "n1", "Running", false);
        Pod pending = pod("pending", "n1", "Pending", false);
        Pod placeless = pod("placeless", "", "Pending", false);
        assertThat(ended(3, serves, alone, broken, pending, placeless)).containsExactly("placeless", "pending");
        assertThat(ended(2, serves, alone, broken)).containsExactly("broken");
        assertThat(ended(2, serves, alone, crowded)).doesNotContain("alone").hasSize(1);
    }

    @Test
    void noMoreGoAtOnceThanAPassEnds() {
        var pods = new ArrayList<Pod>();
        for (int i = 0; i < Replicas.BURST + 7; i++) {
            pods.add(pod("p" + i, "n1", "Running", true));
        }
        assertThat(decide(0, pods).delete()).hasSize(Replicas.BURST);
    }

    private static Pod restarted(String name, int main, int sidecar) {
        return new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: %1$s, namespace: shop, uid: %1$s, creationTimestamp: '2030-01-01T00:00:00Z'}
                spec: {nodeName: n1, initContainers: [{name: once}, {name: side, restartPolicy: Always}]}
                status:
                  phase: Running
                  containerStatuses: [{name: main, restartCount: %2$d}]
                  initContainerStatuses: [{name: once, restartCount: 9}, {name: side, restartCount: %3$d}]
                """.formatted(name, main, sidecar)));
    }

    @Test
    void whoWasRestartedMoreGoesFirstAndSidecarsDecideBetweenEquals() {
        assertThat(ended(1, restarted("a", 1, 0), restarted("b", 2, 0))).containsExactly("b");
        assertThat(ended(1, restarted("a", 1, 3), restarted("b", 1, 2))).containsExactly("a");
        assertThat(ended(1, restarted("a", 1, 3), restarted("b", 2, 0))).containsExactly("b");
    }
}
